"""From paths to exports, and what must never be opened."""

import io
import os
import struct
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.containers import Found, Limits, explain_unknown, find_exports, sniff
from ingest.reading import Export

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 4
HTML = "<html><body><table><tr><td>Ученик: Образцов Иван</td></tr></table></body></html>".encode()


def archive(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name), data, compress_type=compression)
    return buffer.getvalue()


def workbook(*sheets: str, cell: str = "A1") -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for sheet in sheets or ("Лист1",):
        book.add_worksheet(sheet).write(cell, "значение")
    book.close()
    return buffer.getvalue()


def lay(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def find(*paths: Path, **options: object) -> dict[str, Found]:
    found = list(find_exports(paths, **options))  # type: ignore[arg-type]
    named = {one.export.name: one for one in found}
    assert len(named) == len(found)
    return named


def reason(found: Found) -> str:
    assert found.problem is not None
    assert found.problem.advice
    return found.problem.reason


JOURNAL = {"manifest.csv": b"school_id\ndemo\n", "marks.csv": b"mark_id\nm1\n"}


def test_folder_with_manifest_is_one_export(tmp_path: Path) -> None:
    lay(tmp_path / "Выгрузка 1", JOURNAL)
    lay(tmp_path, {"табель.xls": HTML})
    found = find(tmp_path)
    root = tmp_path.name
    assert list(found) == [f"{root}/табель.xls", f"{root}/Выгрузка 1"]
    assert dict(found[f"{root}/Выгрузка 1"].export.files) == JOURNAL
    assert found[f"{root}/табель.xls"].export.single == HTML


@pytest.mark.parametrize("manifest", ["Manifest.CSV", "manifest.json", "MANIFEST.parquet"])
def test_manifest_of_any_case_and_format(tmp_path: Path, manifest: str) -> None:
    lay(tmp_path / "a", {manifest: b"{}", "marks.csv": b"x\n"})
    assert set(find(tmp_path / "a")["a"].export.files) == {manifest, "marks.csv"}


@pytest.mark.parametrize("prefix", ["", "выгрузка/"], ids=["root", "top folder"])
def test_zip_with_manifest_is_one_export(tmp_path: Path, prefix: str) -> None:
    lay(tmp_path, {"a.zip": archive({prefix + name: data for name, data in JOURNAL.items()})})
    os.utime(tmp_path / "a.zip", (1_700_000_000, 1_700_000_000))
    (found,) = find(tmp_path / "a.zip").values()
    assert dict(found.export.files) == JOURNAL
    assert found.mtime == 1_700_000_000
    assert found.problem is None


def test_same_content_has_same_digest_however_it_is_packed(tmp_path: Path) -> None:
    lay(tmp_path / "f", JOURNAL)
    lay(tmp_path, {"a.zip": archive(JOURNAL), "b.zip": archive(dict(reversed(JOURNAL.items())), zipfile.ZIP_STORED)})
    digests = {one.sha256 for one in find(tmp_path).values()}
    assert len(digests) == 1
    lay(tmp_path / "f", {"marks.csv": b"mark_id\nm2\n"})
    assert find(tmp_path / "f")["f"].sha256 not in digests


def test_zip_without_manifest_gives_each_file(tmp_path: Path) -> None:
    inner = archive({"7А/Иванов.xls": HTML})
    lay(tmp_path, {"7.zip": archive({"a.xls": HTML, "вложенный.zip": inner, "__MACOSX/._a.xls": b"x", "x/": b""})})
    assert list(find(tmp_path / "7.zip")) == ["7.zip → a.xls", "7.zip → вложенный.zip → 7А/Иванов.xls"]


def test_third_archive_deep_is_a_problem_and_the_rest_go_on(tmp_path: Path) -> None:
    third = archive({"b.xls": HTML})
    lay(tmp_path, {"1.zip": archive({"2.zip": archive({"3.zip": third, "a.xls": HTML})})})
    found = find(tmp_path / "1.zip")
    assert "так глубоко" in reason(found["1.zip → 2.zip → 3.zip"])
    assert found["1.zip → 2.zip → a.xls"].problem is None


def test_names_packed_by_windows_in_cp866(tmp_path: Path) -> None:
    data = archive({"AAAA.xls": HTML}).replace(b"AAAA", "7Бэя".encode("cp866"))
    lay(tmp_path, {"a.zip": data})
    assert list(find(tmp_path / "a.zip")) == ["a.zip → 7Бэя.xls"]


def test_system_files_are_skipped(tmp_path: Path) -> None:
    lay(tmp_path, {".DS_Store": b"x", "Thumbs.db": b"x", "desktop.ini": b"x", "__MACOSX/a.xls": HTML, "a.xls": HTML})
    assert list(find(tmp_path)) == [f"{tmp_path.name}/a.xls"]


def test_each_export_once_and_skipped_folders_never(tmp_path: Path) -> None:
    lay(tmp_path, {"a.xls": HTML, "done/b.xls": HTML})
    names = [one.export.name for one in find_exports([tmp_path, tmp_path / "a.xls"], skip=[tmp_path / "done"])]
    assert names == [f"{tmp_path.name}/a.xls"]


def test_link_in_a_circle_ends(tmp_path: Path) -> None:
    lay(tmp_path / "a", {"a.xls": HTML})
    try:
        (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("no right to make links")
    assert len(find(tmp_path)) == 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "пуст"),
        ("a.csv", b"\0" * 10_000, "пуст"),
        ("a.csv", b" \r\n\r\n", "пуст"),
        ("a.csv.part", b"mark_id\n", "не докачан"),
        ("a.xlsx.crdownload", b"PK\x03\x04", "не докачан"),
        ("a.tmp", b"1", "не докачан"),
        ("~$7А.xlsx", b"user", "открыта"),
        ("a.zip", archive({"a.xls": HTML * 50})[:-40], "обрезан"),
        ("a.zip", b"PK\x03\x04" + b"\x01" * 300, "обрезан"),
        ("a.xlsx", workbook()[:-300], "обрезан"),
        ("a.zip", archive({"../../evil.xls": HTML}), "путём"),
        ("a.zip", archive({"C:\\evil.xls": HTML}), "путём"),
        ("a.zip", archive({"/etc/evil.xls": HTML}), "путём"),
        ("a.zip", archive({}), "пуст"),
    ],
)
def test_bad_file_is_explained_and_others_go_on(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    lay(tmp_path, {name: data, "хороший.xls": HTML})
    found = find(tmp_path)
    assert said in reason(found.pop(f"{tmp_path.name}/{name}"))
    assert [one.problem for one in found.values()] == [None]


@pytest.mark.parametrize("name", ["marks.csv", "lessons.csv.part"])
def test_half_written_file_beside_a_manifest_stops_the_whole_export(tmp_path: Path, name: str) -> None:
    lay(tmp_path / "a", JOURNAL | {name: b""})
    assert reason(find(tmp_path / "a")["a"]).startswith(f"{name}: ")


def test_half_written_manifest_keeps_the_folder_together(tmp_path: Path) -> None:
    lay(tmp_path / "a", {"manifest.csv.part": b"school", "marks.csv": b"mark_id\nm1\n"})
    assert "не докачан" in reason(find(tmp_path / "a")["a"])


def test_missing_path(tmp_path: Path) -> None:
    assert "не найдены" in reason(find(tmp_path / "нет.csv")["нет.csv"])


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_no_permission(tmp_path: Path) -> None:
    lay(tmp_path, {"a.xls": HTML, "b.xls": HTML})
    (tmp_path / "a.xls").chmod(0)
    assert "Нет прав" in reason(find(tmp_path)[f"{tmp_path.name}/a.xls"])


def test_refusal_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {"a.xls": HTML, "b.xls": HTML})
    original = Path.open

    def refuse(self: Path, *args: object, **kwargs: object) -> object:
        if self.name == "a.xls":
            raise PermissionError(13, "занят")
        return original(self, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    found = find(tmp_path)
    assert "Нет прав" in reason(found[f"{tmp_path.name}/a.xls"])
    assert found[f"{tmp_path.name}/b.xls"].problem is None


def zeros(megabytes: int, name: str = "xl/worksheets/sheet1.xml", extra: Mapping[str, bytes] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for other, data in (extra or {}).items():
            packed.writestr(other, data)
        with packed.open(name, "w") as stream:
            for _ in range(megabytes):
                stream.write(bytes(1 << 20))
    return buffer.getvalue()


def test_workbook_of_zeros_is_refused_without_unpacking(tmp_path: Path) -> None:
    lay(tmp_path, {"нули.xlsx": zeros(300, extra={"[Content_Types].xml": b"<x/>"}), "a.xls": HTML})
    found = find(tmp_path)
    assert "слишком велик" in reason(found[f"{tmp_path.name}/нули.xlsx"])
    assert found[f"{tmp_path.name}/a.xls"].problem is None


def test_archive_of_zeros_also_inside_another(tmp_path: Path) -> None:
    lay(tmp_path, {"a.zip": zeros(60, "a.csv"), "b.zip": archive({"c.zip": zeros(60, "a.csv"), "d.xls": HTML})})
    found = find(tmp_path)
    assert "слишком велик" in reason(found[f"{tmp_path.name}/a.zip"])
    assert "слишком велик" in reason(found[f"{tmp_path.name}/b.zip → c.zip"])
    assert found[f"{tmp_path.name}/b.zip → d.xls"].problem is None


def test_declared_size_that_lies(tmp_path: Path) -> None:
    data = zeros(60, "a.csv")
    lying = data.replace(struct.pack("<L", 60 << 20), struct.pack("<L", 1000))
    assert lying != data
    lay(tmp_path, {"a.zip": lying})
    assert "не распаковывается" in reason(*find(tmp_path).values())


def test_total_of_many_files_is_counted(tmp_path: Path) -> None:
    lay(tmp_path, {"a.zip": archive({f"{n}.csv": os.urandom(1000) for n in range(10)}, zipfile.ZIP_STORED)})
    assert "слишком велик" in reason(*find(tmp_path, limits=Limits(unpacked=5000)).values())
    assert "слишком много файлов" in reason(*find(tmp_path, limits=Limits(entries=9)).values())
    assert "МБ" in reason(*find(tmp_path, limits=Limits(file=100)).values())


def test_encrypted_archive(tmp_path: Path) -> None:
    data = bytearray(archive({"a.csv": b"mark_id\n"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    lay(tmp_path, {"a.zip": bytes(data)})
    assert "паролем" in reason(*find(tmp_path).values())


def test_sheet_stretched_to_the_corner(tmp_path: Path) -> None:
    book = workbook(cell="XFD1048576")
    lay(tmp_path, {"a.xlsx": book, "b.xlsx": workbook(cell="CV10000")})
    found = find(tmp_path)
    assert "1048576" in reason(found[f"{tmp_path.name}/a.xlsx"])
    assert found[f"{tmp_path.name}/b.xlsx"].problem is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (archive({"a": b"1"}), "zip"),
        (workbook(), "xlsx"),
        (archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}), "ods"),
        (archive({"[Content_Types].xml": b"", "word/document.xml": b""}), "unknown"),
        (HTML, "html"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>\n<p>", "html"),
        ("\ufeff<html>Ученик".encode("utf-16-le"), "html"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "biff"),
        (b"PAR1....PAR1", "parquet"),
        (b' {"school_id": 1}\n', "json"),
        (JPEG, "image"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"%PDF-1.7 ...", "pdf"),
        ("фамилия;отметка\nОбразцов;5".encode("cp1251"), "text"),
        (b"mark_id,value\n", "text"),
        (os.urandom(5000), "unknown"),
    ],
)
def test_sniff(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (JPEG, "картинка (JPEG)"),
        (b"%PDF-1.4", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "паролем"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "старого формата"),
        (workbook(), "Книга Excel"),
        (HTML, "HTML"),
        (b"a,b\n1,2\n", "Текстовый"),
        (os.urandom(5000), "неизвестного вида"),
    ],
)
def test_unknown_is_explained(data: bytes, said: str) -> None:
    error = explain_unknown(Export("фото.xls", {"фото.xls": data}))
    assert said in error.reason
    assert error.advice


def test_unknown_folder_is_explained() -> None:
    assert "manifest" in explain_unknown(Export("a", {"manifest.csv": b"x", "b.csv": b"y"})).reason


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(0, 2000), flips=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6))
def test_damaged_archives_never_raise(tmp_path_factory: pytest.TempPathFactory, cut: int, flips: list) -> None:
    good = archive({"manifest.csv": b"school_id\ndemo\n", "marks.csv": b"mark_id,value\n" * 30, "b.xls": HTML})
    data = bytearray(good[: len(good) - cut % len(good)])
    for position, value in flips:
        data[position % len(data)] = value
    path = tmp_path_factory.mktemp("z") / "a.zip"
    path.write_bytes(bytes(data))
    found = list(find_exports([path]))
    assert found
    assert all(one.problem is None or (one.problem.reason and one.problem.advice) for one in found)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_sniffing_never_raises(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"PK\x05\x06", b"<html", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        explain_unknown(Export("x", {"x": start + data}))
