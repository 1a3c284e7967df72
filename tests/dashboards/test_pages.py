"""The pages: content, rights, empty states and speed, run by Streamlit's own test runner."""

from __future__ import annotations

import csv
import json
import re
import time
from html import escape, unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import service as service_module
from dashboards import theme
from dashboards.app import SCRIPT
from dashboards.parts import objections, words
from dashboards.parts import reader as reader_module
from dashboards.service import configure
from tests.dashboards import published as fake
from warehouse.accounts import ClassRef, digest
from warehouse.regulation.meanings import say
from warehouse.regulation.questions import DEMANDS, KNOWN

ROOT = Path(__file__).resolve().parents[2]
TAGS = re.compile(r"<[^>]+>")
QUICK = 0.5


def one_page():
    """A script that shows one page, named by the session state, to whoever signed in."""
    import streamlit as st

    from dashboards.pages import administration, class_teacher, deputy, exports_page
    from dashboards.parts.reader import account_of, open_reader
    from dashboards.service import service

    name = st.session_state["page"]
    reader = open_reader(account_of(service()), service().published())
    pages = {"deputy": deputy, "class_teacher": class_teacher, "administration": administration}
    (pages | {"exports": exports_page})[name].show(reader)


@pytest.fixture
def signed_in(monkeypatch):
    """Sign a person in for the scripts of this process."""
    monkeypatch.setattr(reader_module, "address", lambda: "127.0.0.1")

    def enter(service, login):
        token = service.accounts.open_session(login) if login else ""
        monkeypatch.setattr(reader_module, "session_hash", lambda: digest(token) if token else "")

    return enter


@pytest.fixture
def open_page(service, signed_in):
    """Show a page to a person; `state` presets choices."""

    def run(login, page, state=None):
        signed_in(service, login)
        app = AppTest.from_function(one_page, default_timeout=60)
        app.session_state["page"] = page
        for name, value in (state or {}).items():
            app.session_state[name] = value
        app.run()
        assert not app.exception, app.exception
        return app

    return run


def text_of(app) -> str:
    """What the page says: static pieces, tables of the component, without tags."""
    return plain(re.sub(r"\s+", " ", TAGS.sub(" ", unescape(html_of(app)))))


def plain(text):
    return text.replace(words.NBSP, " ")


def html_of(app) -> str:
    return " ".join(piece for node in app.main.children.values() for piece in pieces(node))


def pieces(node):
    proto = getattr(node, "proto", None)
    if getattr(node, "type", "") == "html":
        yield proto.body
    elif getattr(node, "type", "") == "bidi_component":
        yield json.loads(proto.json)["html"]
    for child in getattr(node, "children", {}).values():
        yield from pieces(child)


def test_the_deputy_sees_what_is_not_filled(open_page):
    said = text_of(open_page("zavuch", "deputy"))
    for wanted in (
        "Контроль журнала",
        fake.SCHOOL_NAME,
        "Данные на 24.10.2025 23:50",
        "Можно судить о 82 % записей",
        "Версия v00001",
    ):
        assert wanted in said
    assert "Не заполнено на момент выгрузки" in said
    assert "Кому напомнить" in said
    assert "11Б" in said
    assert "Литературное чтение" in said


def test_a_chosen_cell_opens_the_list_with_due_time_interval_and_clause(open_page, service):
    data = service.open(service.accounts.get("zavuch"), service.published())
    late = data.table("rpt_deputy__findings", {"verdict": "late"}).row(0, named=True)
    app = open_page("zavuch", "deputy", {"deputy.grid.pick": f"{late['class_id']}|{late['subject_id']}"})
    said = text_of(app)
    assert f"{late['class_name']}, {late['subject_name']} Все замечания" in said
    assert "внесено между 23:50" in said
    assert "срок до конца дня" in said
    assert late["clause"] in said
    assert late["quote"] in said
    assert f"/download/findings.xlsx?academic_year=2025%2F2026&class_id={quote(late['class_id'])}" in unescape(
        html_of(app)
    )


def test_the_grid_adds_up(open_page, service):
    data = service.open(service.accounts.get("zavuch"), service.published())
    total = int(data.table("rpt_deputy__fill_grid")["not_filled"].sum())
    assert f"Не заполнено на момент выгрузки {total}" in text_of(open_page("zavuch", "deputy"))


def test_timeliness_shows_bounds_the_judged_share_and_no_ranking(open_page):
    said = text_of(open_page("zavuch", "deputy", {"deputy.view": "time"}))
    assert re.search(r"\d+–\d+", said)
    assert "Можно судить" in said
    names = re.findall(r"[А-ЯЁ][а-яё]+а [А-Я]\. [А-Я]\.", said.partition("20–26.10")[2])
    assert len(names) > 10
    assert names == sorted(names)
    assert "рейтинг" not in said.lower()


def test_filters_narrow_the_list_and_the_file(open_page):
    app = open_page("zavuch", "deputy", {"deputy.view": "list"})
    before = text_of(app)
    app.selectbox(key="deputy.f.class").select("7Б").run()
    assert not app.exception
    assert "class_id=7%D0%91" in unescape(html_of(app))
    assert text_of(app) != before


def test_every_finding_of_the_list_shows_its_code(open_page, service):
    data = service.open(service.accounts.get("zavuch"), service.published())
    late = data.table("rpt_deputy__findings", {"verdict": "late"}).row(0, named=True)
    app = open_page("zavuch", "deputy", {"deputy.view": "list", "deputy.f.class": late["class_id"]})
    assert re.search(rf'<td class="code"[^>]*>{re.escape(escape(late["finding_id"]))}</td>', html_of(app))


def test_objections_are_counted_by_rule_and_too_many_are_told_at_the_top(open_page):
    said = text_of(open_page("zavuch", "deputy"))
    assert "«Весь день «н», кроме одного урока»: после возражений снято 9 из 36. Снято слишком много" in said
    assert "«Тема урока»: после возражений" not in said
    said = text_of(open_page("zavuch", "deputy", {"deputy.view": "objections"}))
    assert "Тема урока 240 6 1 0 5 2 % Ответьте: снято или оставлено." in said
    assert "Весь день «н», кроме одного урока 36 10 0 1 9 25 % Снято слишком много: проверьте правило" in said
    assert "Ответьте «нет» на вопрос «Проверяется достоверность вносимых данных?»" in said
    assert f'в файле regulations/{fake.SCHOOL}.toml: строки [[validity]] и answer = "нет"' in said
    assert "другие правила, которые судят по этому вопросу: 12." in said


RULES = list(csv.DictReader((ROOT / "dbt" / "seeds" / "rules.csv").open(encoding="utf-8")))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["rule"])
def test_each_rule_is_switched_off_by_an_answer_that_its_question_takes(rule):
    answer = objections.answer_that_switches_off(rule["question"], rule["when_not_said"])
    row = {**rule, "n_rules": 1, "has_own_regulation": True}
    told = objections.how_to_switch_off(row, "s1")
    if answer is None:
        assert rule["question"] == "period_mark", "of this one alone the answer must be a term"
        assert "не отключается" in told
        return
    assert KNOWN[rule["question"]].takes(answer)
    assert f"Ответьте «{say(answer)}» на вопрос «{KNOWN[rule['question']].text}»" in told
    assert ("regulations/s1.toml" in told) == (rule["question"] in DEMANDS)
    assert "общие сроки" not in told
    assert "общие сроки" in objections.how_to_switch_off({**row, "has_own_regulation": False}, "s1")


def test_what_another_regulation_would_change_is_told_regulation_by_regulation(open_page):
    app = open_page("zavuch", "deputy", {"deputy.view": "whatif"})
    said = text_of(app)
    assert "Это проба: замечания, листы и ваше положение она не меняет." in said
    assert "Сейчас: общие сроки программы 52" in said
    assert "Образец kirishi-2018 1 560 53 8 7 13 ·" in said
    assert "Образец mbou 1 260 40 · 9 12 60" in said
    assert "Письменные работы 1 неделя" not in said, "the words of the regulation, not a guess"
    assert "Письменные работы по нормам проверки" in said
    assert "60 9 не судится ·" in said
    assert "Таких записей нет" in said, "the first regulation is the shown one, and it flips nothing"


def test_a_regulation_that_is_picked_shows_its_terms_and_records(open_page):
    state = {"deputy.view": "whatif", "deputy.whatif.pick": "kirishi-2018", "deputy.whatif.period": "1 четверть"}
    said = text_of(open_page("direktor", "deputy", state))
    assert "Образец kirishi-2018 1 260 50 8 7 13 ·" in said
    assert "Регламент ведения электронного журнала МОУ «Киришская СОШ № 2»" in said
    assert "7 календарных дней после урока Приложение 1, п. 2.4 «Результаты оценивания" in said
    assert "За последний месяц: 3 записи." in said
    assert "24.10 3-й урок 10А Физика Темы уроков 1 до 15:20 24.10 в срок внесено позже срока" in said
    assert "24.10 2-й урок 7Б Физика Письменные работы 2 не указан не заполнено срок не указан" in said
    teachers = fake.School().teachers
    assert not any(name in said.partition("Какие записи судились бы иначе")[2] for name in teachers)


def test_what_two_sources_tell_differently_is_the_deputy_s_alone(open_page):
    said = text_of(open_page("zavuch", "exports", {"exports.view": "sources"}))
    pupil = fake.School().pupils["7Б"][0]
    assert "Учитывается то, что показывает главный источник" in said
    assert f"01.09.2025 7Б Физика {pupil} отметка 5 journal_csv 4 sgo" in said
    assert pupil not in text_of(open_page("direktor", "exports", {"exports.view": "sources"}))


def test_what_the_exports_cannot_check_is_said(open_page):
    said = text_of(open_page("zavuch", "deputy", {"deputy.view": "coverage"}))
    assert "этой выгрузкой не проверяется: нужна выгрузка с темами уроков" in said
    assert "20 из 22" in said
    assert "10А, 10Б" in said


def test_results_of_the_data_checks_are_shown(open_page):
    said = text_of(open_page("zavuch", "deputy", {"deputy.view": "quality"}))
    assert "Сошлось 2 из 4" in said
    assert "Темы уроков заполнены к концу дня" in said


def test_the_class_teacher_sees_the_own_class(open_page):
    said = text_of(open_page("klass", "class_teacher"))
    for wanted in (
        "Мой класс 7Б",
        "Данные на 24.10.2025 23:50",
        "Отсутствовали 24.10",
        "Причины пропусков",
        "по болезни",
        "записано 31 %",
    ):
        assert wanted in said
    names = fake.School().pupils["7Б"]
    assert all(name in said for name in names)
    assert "Класс 8А" not in said


def test_reasons_are_shown_only_where_granted(open_page):
    said = text_of(open_page("direktor", "class_teacher", {"class.ref": ClassRef(fake.YEAR, "7Б")}))
    assert "сведения о здоровье: доступ к ним выдаётся отдельно" in said
    assert "по болезни" not in said


def test_progress_tells_few_marks_from_a_forecast_and_both_from_a_mark_that_stands(open_page, service):
    app = open_page("klass", "class_teacher", {"class.view": "marks"})
    said = text_of(app)
    assert "мало" in said
    assert re.search(r"\d,\d → \d", said)
    assert re.search(r"\d,\d = \d", said)
    data = service.open(service.accounts.get("klass"), service.published())
    pupil = data.table("rpt_class_teacher__progress").row(0, named=True)
    app = open_page("klass", "class_teacher", {"class.view": "marks", "class.pupil": pupil["pupil_id"]})
    assert pupil["computed_explained"] in text_of(app)


FORECAST = {"class.view": "forecast", "class.ref": ClassRef(fake.YEAR, "7Б")}


def pairs(service, **where):
    return service.open(service.accounts.get("klass"), service.published()).table("rpt_class_teacher__forecast", where)


def test_the_forecast_of_a_class_is_short_in_the_grid_and_told_in_full_for_a_pupil(open_page, service):
    mine = pairs(service).row(0, named=True)
    near = pairs(service).filter(pairs(service)["close_to"] > pairs(service)["forecast_mark"]).row(0, named=True)
    app = open_page("klass", "class_teacher", FORECAST | {"class.pupil": mine["pupil_id"]})
    said, shown = text_of(app), html_of(app)
    assert f"{near['forecast_mark']} ↑{near['close_to']}" in said
    assert f"{mine['words']}; {mine['reliability']}" in said
    assert mine["path"] in said
    assert "Ещё 5" in said
    assert "среднее 4,10 по 7 отметкам, в классе 3,90 (+0,12)" in said
    assert "shipped" in said
    assert "/download/class_forecast.xlsx?academic_year=2025%2F2026&class_id=7%D0%91" in unescape(shown)
    assert [each.label for each in app.expander] == [
        "Вероятности, границы и причины",
        "Что сказать ученику и родителям",
    ]


@pytest.mark.parametrize("kind", ["up", "down", "falling", "risk"])
def test_whom_to_look_at_first_is_listed_and_counted(open_page, service, kind):
    rows = pairs(service).filter(pairs(service)["reliability"] != "данных мало")
    wanted = {
        "up": rows["close_to"] > rows["forecast_mark"],
        "down": rows["close_to"] < rows["forecast_mark"],
        "falling": rows["is_falling"],
        "risk": rows["is_at_risk"],
    }[kind]
    rows = rows.filter(wanted)
    app = open_page("klass", "class_teacher", FORECAST | {"class.forecast.show": kind})
    assert html_of(app).count("data-pick=") == rows.height
    assert all(name in text_of(app) for name in rows["pupil_name"])


def test_a_two_is_in_no_words_for_the_family(open_page, service):
    rows = pairs(service)
    low = rows.filter(rows["is_at_risk"])
    assert low.height, "the made-up class has such a pupil"
    said = text_of(open_page("klass", "class_teacher", FORECAST | {"class.pupil": low["pupil_id"][0]}))
    assert "выходит 2" in said
    told = said.partition("Прогноза «2» здесь нет")[2]
    assert told
    assert "выходит 2" not in told


def test_the_forecast_view_is_the_class_teacher_s_and_the_deputy_s(open_page):
    assert "Может подняться:" in options_of(open_page("zavuch", "class_teacher", FORECAST))
    assert "Может подняться:" not in options_of(open_page("direktor", "class_teacher", FORECAST))


def options_of(app) -> str:
    return " ".join(str(option) for each in app.get("button_group") for option in each.options)


VIEWS = [
    *(("zavuch", "deputy", {"deputy.view": view}) for view in ("fill", "time", "list", "coverage", "quality")),
    *(("klass", "class_teacher", {"class.view": view}) for view in ("days", "check", "marks", "forecast")),
    *(("direktor", "administration", {"admin.view": view}) for view in ("expected", "quality")),
    ("zavuch", "administration", {}),
    ("direktor", "class_teacher", {"class.view": "marks", "class.ref": ClassRef(fake.YEAR, "7Б")}),
]


@pytest.mark.parametrize(("login", "page", "state"), VIEWS, ids=str)
def test_no_forecast_is_shown_without_saying_what_it_is_not(open_page, login, page, state):
    said = text_of(open_page(login, page, state))
    has_forecast = page == "administration" or state.get("class.view") in {"marks", "forecast"}
    assert ("Прогноз – не план и не основание для оценки работы учителя." in said) == has_forecast


def test_how_right_the_forecast_was_is_told_in_words_first(open_page):
    said = text_of(open_page("direktor", "administration", {"admin.view": "quality"}))
    sentence = "2024/2025 учебный год. На середине периода прогноз попадал в 78 % случаев, простое округление – в 67 %."
    assert sentence in said
    for wanted in (
        "25 % периода 75 % округление – 59 %; прогнозов 5 799",
        "Границы прогноза держали отметку в 90 % случаев; в них в среднем 1,33 отметки.",
        "Физика 612 78 % 67 % 99 % −0,02 90 % 1,33",
        "Химия 120 данных мало",
        "Где прогноз говорил «95 %», отметка выходила в 94 % случаев.",
    ):
        assert wanted in said, wanted
    assert said.index(sentence) < said.index("Физика 612")
    assert said.index("7 класс") < said.index("10 класс")
    later = {"admin.view": "quality", "admin.quality.phase": 100}
    assert "Физика 612 91 % 83 %" in text_of(open_page("zavuch", "administration", later))


def test_while_few_periods_are_closed_no_figure_of_the_forecast_is_told(signed_in, tmp_path, monkeypatch):
    monkeypatch.setattr(service_module, "_service", None)
    monkeypatch.setattr(
        fake, "forecast_quality", lambda real=fake.forecast_quality: [{**row, "n": 150} for row in real()]
    )
    fake.publish(tmp_path, "v00001")
    fake.people(tmp_path)
    signed_in(configure(tmp_path, hasher=fake.CHEAP), "direktor")
    app = AppTest.from_function(one_page, default_timeout=60)
    app.session_state["page"], app.session_state["admin.view"] = "administration", "quality"
    said = text_of(app.run())
    assert "Данных мало: закрытых периодов с отметками ещё не хватает" in said
    assert "прогноз попадал" not in said


def test_contradictions_are_put_gently(open_page):
    said = text_of(
        open_page("zavuch", "class_teacher", {"class.view": "check", "class.ref": ClassRef(fake.YEAR, "7Б")})
    )
    assert "Это не ошибка ученика или учителя" in said


@pytest.mark.parametrize("login", ["zavuch", "direktor"])
def test_whole_school_roles_choose_a_class(open_page, login):
    app = open_page(login, "class_teacher")
    assert "Класс 1А" in text_of(app)
    app.selectbox(key="class.ref").select(ClassRef(fake.YEAR, "8Б")).run()
    assert "Класс 8Б" in text_of(app)


def test_the_administration_sees_the_forecast_with_its_warning(open_page):
    app = open_page("direktor", "administration")
    said = text_of(app)
    for wanted in (
        "Ожидаемое качество 62 % 58–66 %; I четверть",
        "Ожидаемое качество 62 % 58–66 %; I полугодие",
        "Прогноз – не план и не основание для оценки работы учителя",
        "Ученики на границе",
        "Школа 430 429 62 % 58–66 % 97 % 95–98 % 86 достаточная 2–4 классы (НОО) 150",
    ):
        assert wanted in said, wanted
    assert said.index("5–9 классы (ООО)") < said.index("7 классы 54") < said.index("10 классы 50")
    assert "/download/forecast_school.csv?academic_year=2025%2F2026&period_key=quarter-1" in unescape(html_of(app))
    teachers = fake.School().teachers
    assert not any(name in said for name in teachers)


def test_quarters_and_half_years_of_one_school_are_never_added(open_page):
    said = text_of(open_page("direktor", "administration", {"admin.period": "half_year-1"}))
    assert "Школа 100 99 62 %" in said
    assert "Школа 430" not in said


def test_who_has_not_exported_stands_out_and_a_click_says_what_is_missing(open_page):
    said = text_of(open_page("zavuch", "exports"))
    assert "Выгружено за последнюю неделю 19 из 22" in said
    assert "Пропущено недель с начала года 3 классов, у которых есть пропуски: 2" in said
    assert "выгружено раньше, чем у других (по какой день): 8А (22.10), 11Б (12.10) " in said
    said = text_of(open_page("zavuch", "exports", {"exports.grid.pick": "8А|2025-10-20"}))
    assert "8А, неделя 20–26.10" in said
    assert "видны не все дни, последний – 22.10: выгрузите неделю ещё раз" in said
    said = text_of(open_page("zavuch", "exports", {"exports.grid.pick": "7А|2025-10-20"}))
    assert re.search(r"учеников \d+ из \d+", said)
    said = text_of(open_page("zavuch", "exports", {"exports.grid.pick": "11Б|2025-10-20"}))
    assert "За эту неделю выгрузок класса нет" in said


def test_what_changed_says_what_where_since_when_and_what_to_do(open_page):
    app = open_page("zavuch", "exports", {"exports.view": "drift"})
    said = text_of(app)
    for wanted in (
        "Код посещаемости «ДО»: значение не описано, 12 записей.",
        "7А, 7Б; «Отчёт об успеваемости и посещаемости ученика»; с выгрузки 24.10 23:50",
        "что внести в codes.csv, пишет zavuch codes check",
        "Уроки: больше не приходит тема урока, время внесения темы.",
        "Класс «8Б» исчез, появился «8К» – похоже, переименовано (тех же учеников: 26 из 27).",
        "Уроков в журнале меньше, чем в расписании: 20–26.10 – 12 из 30.",
        "Не понято и не загружено: 4 ячейки. Код «Ъ» неизвестен – 4.",
        "Состав классов изменился: пришли 1, выбыли 1.",
        "Есть только одна такая выгрузка",
        "«Журнал CSV»: 24.10 23:50 и 17.10 23:50",
    ):
        assert wanted in said, wanted
    assert said.index("Проверьте Не понято") < said.index("Пока не с чем сравнить") < said.index("К сведению")
    assert fake.School().pupils["7А"][0] in said


def test_control_numbers_can_be_held_against_the_journal(open_page):
    app = open_page("direktor", "exports", {"exports.view": "numbers"})
    said = text_of(app)
    assert f"7А {len(fake.School().pupils['7А'])} 1 270 и точек 4 157 1 четверть: 01.09 – 24.10.2025" in said
    assert "/download/numbers.xlsx?academic_year=2025%2F2026&period_id=current" in unescape(html_of(app))


def test_what_waits_in_quarantine_is_counted_without_file_names(signed_in, tmp_path, monkeypatch):
    monkeypatch.setattr(service_module, "_service", None)
    fake.publish(tmp_path, "v00001")
    fake.people(tmp_path)
    fake.put_aside(tmp_path, "Иванов Иван.xls", "unreadable")
    signed_in(configure(tmp_path, hasher=fake.CHEAP), "zavuch")
    app = AppTest.from_function(one_page, default_timeout=60)
    app.session_state["page"], app.session_state["exports.view"] = "exports", "drift"
    app.run()
    said = text_of(app)
    assert "Не загружено: 1 файл. не читается – 1" in said
    assert "Иванов Иван.xls" not in said


@pytest.mark.parametrize("page", ["deputy", "administration", "exports"])
def test_a_class_teacher_cannot_open_another_s_page(open_page, page):
    said = text_of(open_page("klass", page))
    assert "Этот отчёт не открыт" in said
    assert "8А" not in said


def test_a_choice_out_of_the_own_classes_falls_back(open_page):
    said = text_of(open_page("klass", "class_teacher", {"class.ref": ClassRef(fake.YEAR, "8А")}))
    assert "Мой класс 7Б" in said


def test_a_failed_build_is_told_and_the_earlier_data_stay(signed_in, tmp_path, monkeypatch):
    monkeypatch.setattr(service_module, "_service", None)
    fake.publish(tmp_path, "v00001", failed="dbt: модель не собралась")
    fake.people(tmp_path)
    signed_in(configure(tmp_path, hasher=fake.CHEAP), "zavuch")
    said = text_of(AppTest.from_file(str(SCRIPT), default_timeout=60).run())
    assert "Последнее обновление не удалось, поэтому показаны прежние данные. dbt: модель не собралась" in said
    assert "Данные на 24.10.2025 23:50" in said


def test_while_little_can_be_judged_what_is_absent_leads(signed_in, tmp_path, monkeypatch):
    monkeypatch.setattr(service_module, "_service", None)
    fake.publish(tmp_path, "v00001", fake.School(judged=0.4))
    fake.people(tmp_path)
    signed_in(configure(tmp_path, hasher=fake.CHEAP), "zavuch")
    said = text_of(AppTest.from_file(str(SCRIPT), default_timeout=60).run())
    assert said.index("Не заполнено на момент выгрузки") < said.index("Внесено в срок")
    assert "Выгрузки слишком редкие" in said


def test_before_the_first_build_the_page_says_what_to_do(signed_in, tmp_path, monkeypatch):
    monkeypatch.setattr(service_module, "_service", None)
    fake.people(tmp_path)
    signed_in(configure(tmp_path, hasher=fake.CHEAP), "zavuch")
    assert "Данных пока нет" in text_of(AppTest.from_file(str(SCRIPT), default_timeout=60).run())


def empty_school(home):
    """A school that was published with no rows but its status."""
    content = {
        name: rows if name.endswith("__status") else rows.clear() for name, rows in fake.tables(fake.School()).items()
    }
    fake.publish(home, "v00001")
    file = home / "warehouse" / "versions" / "v00001" / f"{fake.SCHOOL}.duckdb"
    file.unlink()
    fake.write(file, content)


@pytest.mark.parametrize("page", ["deputy", "class_teacher", "administration", "exports"])
@pytest.mark.parametrize("login", ["zavuch", "klass", "direktor"])
def test_a_school_without_rows_has_calm_pages(signed_in, tmp_path, monkeypatch, page, login):
    monkeypatch.setattr(service_module, "_service", None)
    empty_school(tmp_path)
    fake.people(tmp_path)
    signed_in(configure(tmp_path, hasher=fake.CHEAP), login)
    views = ("fill", "time", "list", "objections", "whatif", "coverage", "quality")
    if page == "exports":
        views = ("grid", "drift", "numbers", "sources")
    for view in views:
        app = AppTest.from_function(one_page, default_timeout=60)
        app.session_state["page"] = page
        app.session_state["exports.view" if page == "exports" else "deputy.view"] = view
        app.run()
        assert not app.exception, app.exception
        assert "Данные на" in text_of(app)


def test_without_a_session_the_page_is_empty(service, signed_in):
    signed_in(service, "")
    app = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    said = text_of(app)
    assert "Сеанс завершён" in said
    assert fake.SCHOOL_NAME not in said


def test_another_person_in_the_same_tab_starts_with_nothing_chosen(service, signed_in):
    signed_in(service, "zavuch")
    app = AppTest.from_file(str(SCRIPT), default_timeout=60)
    app.session_state["deputy.grid.pick"] = "7Б|алгебра"
    app.run()
    signed_in(service, "klass")
    app.run()
    assert "deputy.grid.pick" not in app.session_state
    assert "Мой класс 7Б" in text_of(app)


def test_opening_a_page_is_noted_once_without_names(open_page, service):
    app = open_page("klass", "class_teacher")
    noted = len(service.log.lines())
    app.run()
    assert len(service.log.lines()) == noted
    last = service.log.lines()[-1]
    assert (last.login, last.object, last.allowed) == ("klass", "class_teacher", True)
    assert "7Б" in last.scope


@pytest.mark.parametrize(
    ("page", "state"),
    [
        ("deputy", {}),
        ("deputy", {"deputy.view": "time"}),
        ("deputy", {"deputy.view": "list"}),
        ("class_teacher", {}),
        ("class_teacher", {"class.view": "marks"}),
        ("class_teacher", {"class.view": "forecast"}),
        ("administration", {}),
        ("administration", {"admin.view": "quality"}),
        ("exports", {}),
        ("exports", {"exports.view": "drift"}),
    ],
)
def test_a_rerun_is_quick(open_page, page, state):
    app = open_page("zavuch", page, state)
    taken = []
    for _again in range(3):
        started = time.process_time()
        app.run()
        taken.append(time.process_time() - started)
    assert min(taken) < QUICK


def test_english_pages_hold_no_russian_headings(open_page, monkeypatch):
    monkeypatch.setenv("ZAVUCH_LANG", "en")
    said = text_of(open_page("zavuch", "deputy"))
    assert "Journal control" in said
    assert "Не заполнено" not in said
    said = text_of(open_page("zavuch", "exports", {"exports.view": "drift"}))
    assert "no longer comes" in said
    assert "похоже" not in said


def test_the_theme_speaks_to_colour_blind_and_to_paper():
    """Neighbouring steps of a scale differ in lightness, not only in hue."""
    for scale in (theme.OCHRE, theme.BLUE, theme.GREY):
        lightness = [sum(w * int(c[i : i + 2], 16) for w, i in ((0.2126, 1), (0.7152, 3), (0.0722, 5))) for c in scale]
        assert lightness == sorted(lightness, reverse=True)
        assert min(a - b for a, b in pairwise(lightness)) > 6


def test_nothing_asks_an_outside_host():
    assert theme.OPTIONS["browser.gatherUsageStats"] is False
    assert theme.OPTIONS["server.enableAgentApi"] is False
    for file in (Path(theme.__file__).parent / "static").iterdir():
        assert not re.search(r"(?<!xmlns=\")https?://", file.read_text(encoding="utf-8"))
