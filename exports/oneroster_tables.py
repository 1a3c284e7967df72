"""The tables of a OneRoster package as queries over the published marts, columns in the order of the standard.

The mapping is told in `docs/oneroster.md`. Queries see the temporary tables that `PREPARED` makes, in which every
record has its `guid`; `{version}` marks what 1.1 and 1.2 write differently.
"""

from __future__ import annotations

# Ids of the warehouse hold Cyrillic and bars; the standard allows Latin letters, digits and a few signs.
GUID = (
    "create or replace temp macro guid(kind, a, b, c, d) as md5(concat_ws('|', kind, school(), a, b, c, d))::uuid::text"
)

PREPARED = (
    # Who was in which class: expected on lessons, or else known by records only. Days are given only to who came
    # later or left earlier than most of the class, or changed class: the others were there all the time that is known.
    """
    create or replace temp table stays as
    with expected as (
        select pupil_id, class_id, min(date) as first_day, max(date) as last_day
        from marts.fct_attendance where academic_year = year() and is_expected group by pupil_id, class_id
    ),
    recorded as (
        select pupil_id, class_id from marts.fct_marks where academic_year = year()
        union select pupil_id, class_id from marts.progress_by_pupil_subject_period where academic_year = year()
        union select pupil_id, class_id from marts.dim_pupil where academic_year = year()
    ),
    known as (
        select * from expected
        union all
        select pupil_id, class_id, null, null from recorded anti join expected using (pupil_id)
    ),
    placed as (
        select *, row_number() over its_days as place, count(*) over (partition by pupil_id) as places
        from known window its_days as (partition by pupil_id order by first_day, class_id)
    ),
    common as (
        select class_id, min(date) as first_day, max(date) as last_day
        from (
            select class_id, date, count(distinct pupil_id) as n from marts.fct_attendance
            where academic_year = year() and is_expected group by class_id, date
        ) as days
        join (select class_id, count(*) as size from known group by class_id) as sizes using (class_id)
        where n > size / 2 group by class_id
    )
    select
        pupil_id, class_id, guid('pupil', pupil_id, '', '', '') as pupil_guid,
        guid('class', year(), class_id, '', '') as class_guid,
        case when place > 1 or placed.first_day > common.first_day then placed.first_day end as begins_on,
        case when place < places or placed.last_day < common.last_day then placed.last_day end as ends_on
    from placed left join common using (class_id)
    semi join marts.dim_class on placed.class_id = dim_class.class_id and dim_class.academic_year = year()
    """,
    """
    create or replace temp table seats as
    select distinct  -- two codes of a pupil on one lesson are one seat
        lesson_id, pupil_id, class_id, subject_id, subgroup_id, teacher_id, lesson_number, date,
        case when subgroup_id = '' then class_id else '' end as group_class
    from marts.fct_attendance where academic_year = year()
    """,
    """
    create or replace temp table marks as
    select m.*, coalesce(s.subgroup_id, '') as subgroup_id, s.lesson_number,
        case when coalesce(s.subgroup_id, '') = '' then m.class_id else '' end as group_class
    from marts.fct_marks m left join seats s on m.lesson_id = s.lesson_id and m.pupil_id = s.pupil_id
    where m.academic_year = year()
    """,
    # A mark for a period stands in the whole class's group where there is one, else in the pupil's own subgroup.
    """
    create or replace temp table period_marks as
    with whole as (select distinct class_id, subject_id from seats where subgroup_id = ''),
    own as (
        select pupil_id, subject_id, min(subgroup_id) as subgroup_id from seats where subgroup_id <> ''
        group by pupil_id, subject_id
    )
    select p.*, case when w.class_id is null then coalesce(o.subgroup_id, '') else '' end as subgroup_id,
        case when w.class_id is null and o.subgroup_id is not null then '' else p.class_id end as group_class
    from marts.progress_by_pupil_subject_period p
    left join whole w on p.class_id = w.class_id and p.subject_id = w.subject_id
    left join own o on p.pupil_id = o.pupil_id and p.subject_id = o.subject_id
    where p.academic_year = year() and trim(coalesce(p.period_mark, '')) <> ''
    """,
    """
    create or replace temp table groups as
    with named as (
        select group_class, class_id, subject_id, subgroup_id, pupil_id from seats
        union select group_class, class_id, subject_id, subgroup_id, pupil_id from marks
        union select group_class, class_id, subject_id, subgroup_id, pupil_id from period_marks
    )
    select
        group_class, subject_id, subgroup_id, guid('group', year(), group_class, subject_id, subgroup_id) as group_guid,
        list_sort(list(distinct class_id)) as class_ids, list_sort(list(distinct pupil_id)) as pupil_ids
    from named group by group_class, subject_id, subgroup_id
    """,
    """
    create or replace temp table sessions as
    select
        class_id, period_id, period_name, kind, starts_on, ends_on,
        guid('period', year(), period_id, starts_on::text, ends_on::text) as session_guid
    from marts.dim_period where academic_year = year()
    """,
    """
    create or replace temp table items as
    select
        mark_id,
        case
            when assignment_id <> '' then guid('work', assignment_id, lesson_id, group_guid, '')
            else guid('record', lesson_id, group_guid, (row_number() over (
                partition by lesson_id, pupil_id, assignment_id order by mark_id))::text, '')
        end as item_guid
    from marks join groups using (group_class, subject_id, subgroup_id)
    """,
    """
    create or replace temp table written as
    select m.*, i.item_guid, g.group_guid, guid('pupil', m.pupil_id, '', '', '') as pupil_guid, s.session_guid
    from marks m join items i using (mark_id) join groups g using (group_class, subject_id, subgroup_id)
    left join sessions s on m.class_id = s.class_id and m.period_id = s.period_id
    """,
)

_BULK = "'' as status, '' as dateLastModified"
_ORG = "guid('org', '', '', '', '')"
_YEAR = "guid('year', year(), '', '', '')"
_CLASS_NAMES = (
    "(select string_agg(c.class_name, ', ' order by c.grade, c.class_name) from marts.dim_class c"
    " where c.academic_year = year() and list_contains(g.class_ids, c.class_id))"
)
_GRADES = (
    "(select array_to_string(list_sort(list(distinct lpad(c.grade::text, 2, '0'))), ',') from marts.dim_class c"
    " where c.academic_year = year() and list_contains(g.class_ids, c.class_id))"
)
_TERMS = (
    "coalesce((select string_agg(session_guid, ',' order by starts_on, session_guid) from"
    " (select distinct session_guid, starts_on from sessions where list_contains({classes}, class_id))), " + _YEAR + ")"
)
_PERSON = "trim(regexp_replace({name}, '\\s+', ' ', 'g'))"

PEOPLE = f"""
    select 'student' as role, guid('pupil', p.pupil_id, '', '', '') as guid,
        {_PERSON.format(name="coalesce(nullif(p.last_name, ''), p.pupil_name)")} as family,
        {_PERSON.format(name="p.first_name")} as given, {_PERSON.format(name="p.middle_name")} as middle,
        (select max(lpad(c.grade::text, 2, '0')) from marts.dim_class c join stays s on c.class_id = s.class_id
            where c.academic_year = year() and s.pupil_id = p.pupil_id) as grades
    from marts.dim_pupil p
    where p.pupil_id in (select pupil_id from stays union select pupil_id from marks
        union select pupil_id from period_marks union select pupil_id from seats)
    union all
    select 'teacher', guid('teacher', t.teacher_id, '', '', ''),
        {_PERSON.format(name="coalesce(nullif(t.last_name, ''), t.teacher_name)")},
        {_PERSON.format(name="t.first_name")}, {_PERSON.format(name="t.middle_name")}, ''
    from marts.dim_teacher t
    where t.teacher_id in (select teacher_id from seats
        union select class_teacher_id from marts.dim_class where academic_year = year())
    order by role, guid
"""

_ENROLLED = f"""
    select guid as sourcedId, {_BULK}, class_guid as classSourcedId, {_ORG} as schoolSourcedId,
        user_guid as userSourcedId, role, main as "primary", begins_on as beginDate, ends_on as endDate
    from (
        select class_guid, pupil_guid as user_guid, 'student' as role, 'false' as main, begins_on, ends_on from stays
        union all
        select group_guid, pupil_guid, 'student', 'false', begins_on, ends_on
        from groups join stays on groups.group_class = stays.class_id and list_contains(pupil_ids, pupil_id)
        union all
        select group_guid, guid('pupil', pupil_id, '', '', ''), 'student', 'false', null, null
        from (select group_guid, unnest(pupil_ids) as pupil_id from groups where subgroup_id <> '')
        union all
        select guid('class', year(), class_id, '', ''), guid('teacher', class_teacher_id, '', '', ''), 'teacher',
            'true', null, null
        from marts.dim_class where academic_year = year() and class_teacher_id <> ''
        union all
        select group_guid, guid('teacher', teacher_id, '', '', ''), 'teacher',
            case when count(*) = max(count(*)) over (partition by group_guid) then 'true' else 'false' end, null, null
        from seats join groups using (group_class, subject_id, subgroup_id)
        where teacher_id <> '' group by group_guid, teacher_id
    ) as everybody
    cross join lateral (select guid('enrollment', class_guid, user_guid, role, begins_on::text) as guid) as its
    order by classSourcedId, role, userSourcedId, beginDate
"""

_ITEM_TITLES = """
    select item_guid, any_value(group_guid) as group_guid, min(date) as day, min(lesson_number) as lesson_number,
        min(session_guid) as session_guid, min(work_type) as work_type, '' as title
    from written group by item_guid
    union all
    select guid('period mark', group_guid, session_guid, '', ''), group_guid, max(ends_on), null, session_guid,
        '~period mark', max(period_name)
    from period_marks join groups using (group_class, subject_id, subgroup_id)
    join sessions using (class_id, period_id) group by group_guid, session_guid
"""

_LINE_ITEMS = """
    select item_guid as sourcedId, {bulk},
        case when title <> '' then title when work_type <> '' then work_type else 'Отметка' end as title,
        '' as description, day as assignDate, day as dueDate, group_guid as classSourcedId,
        guid('category', work_type, '', '', '') as categorySourcedId,
        coalesce(session_guid, {year}) as {session}, '0' as resultValueMin, '5' as resultValueMax{school},
        lesson_number as "metadata.zavuch.lessonNumber"
    from ({items}) order by day, classSourcedId, sourcedId
"""

_SCORED = """
    select guid('mark', mark_id, '', '', '') as guid, item_guid, pupil_guid, value, numeric_value::text as score, date,
        kind, case when weight <> 1 then weight::text end as weight,
        case when numeric_value is not null and kind <> 'debt' and not counts_in_mean then 'false' end as counts,
        entered_after, entered_by
    from written
    union all
    select guid('period mark of', group_guid, session_guid, pupil_id, ''),
        guid('period mark', group_guid, session_guid, '', ''), guid('pupil', pupil_id, '', '', ''), trim(period_mark),
        regexp_extract(trim(period_mark), '^([0-5])[+−–-]?$', 1), ends_on, null, null, null, null, null
    from period_marks join groups using (group_class, subject_id, subgroup_id)
    join sessions using (class_id, period_id)
"""

_RESULTS = """
    select guid as sourcedId, {bulk}, item_guid as lineItemSourcedId, pupil_guid as studentSourcedId,
        case when value = '.' then 'not submitted' else 'fully graded' end as scoreStatus,
        score, date as scoreDate, '' as comment, {columns}, kind as "metadata.zavuch.kind",
        weight as "metadata.zavuch.weight", counts as "metadata.zavuch.countsInMean",
        entered_after as "metadata.zavuch.enteredAfter", entered_by as "metadata.zavuch.enteredBy"
    from ({scored}) order by scoreDate, lineItemSourcedId, studentSourcedId, sourcedId
"""
_TEXT_SCORE = "case when value <> coalesce(score, '') then value end"

_COMMON = {
    "academicSessions": f"""
        select {_YEAR} as sourcedId, {_BULK}, replace(year(), '/', '–') || ' учебный год' as title,
            'schoolYear' as type, least(make_date(split_part(year(), '/', 1)::int, 9, 1), min(starts_on)) as startDate,
            greatest(make_date(split_part(year(), '/', 2)::int, 5, 31), max(ends_on)) as endDate,
            '' as parentSourcedId, split_part(year(), '/', 2) as schoolYear
        from sessions
        union all
        select distinct session_guid, {_BULK}, period_name, case kind when 'year' then 'schoolYear'
            when 'half_year' then 'semester' when 'trimester' then 'term' else 'gradingPeriod' end,
            starts_on, ends_on, {_YEAR}, split_part(year(), '/', 2)
        from sessions
        order by startDate, endDate desc, sourcedId
    """,
    "orgs": f"""
        select {_ORG} as sourcedId, {_BULK}, school_name as name, 'school' as type, school_id as identifier,
            '' as parentSourcedId, strftime(as_of, '%Y-%m-%dT%H:%M:%S') as "metadata.zavuch.asOf"
        from reports.rpt_school__status
    """,
    "courses": f"""
        select guid('course', s.subject_id, '', '', '') as sourcedId, {_BULK}, {_YEAR} as schoolYearSourcedId,
            s.subject_name as title, '' as courseCode, '' as grades, {_ORG} as orgSourcedId,
            case when contains(s.subject_name, ',') then '' else s.subject_name end as subjects, '' as subjectCodes
        from marts.dim_subject s where s.subject_id in (select subject_id from groups) order by title, sourcedId
    """,
    "classes": f"""
        select guid('class', year(), c.class_id, '', '') as sourcedId, {_BULK}, c.class_name as title,
            lpad(c.grade::text, 2, '0') as grades, '' as courseSourcedId, '' as classCode, 'homeroom' as classType,
            '' as location, {_ORG} as schoolSourcedId, {_TERMS.format(classes="[c.class_id]")} as termSourcedIds,
            '' as subjects, '' as subjectCodes, '' as periods
        from marts.dim_class c where c.academic_year = year()
        union all
        select g.group_guid, {_BULK}, {_CLASS_NAMES} || ' ' || s.subject_name
            || case when g.subgroup_id <> '' then ' (' || g.subgroup_id || ')' else '' end, {_GRADES},
            guid('course', g.subject_id, '', '', ''), '', 'scheduled', '', {_ORG},
            {_TERMS.format(classes="g.class_ids")},
            case when contains(s.subject_name, ',') then '' else s.subject_name end, '', ''
        from groups g join marts.dim_subject s on g.subject_id = s.subject_id
        order by classType, title, sourcedId
    """,
    "enrollments": _ENROLLED,
}  # fmt: skip

_CATEGORIES = f"""
    select distinct guid('category', work_type, '', '', '') as sourcedId, {_BULK},
        case work_type when '' then 'Без вида работы' when '~period mark' then 'Отметка за период' else work_type
            end as title{{weight}}
    from ({_ITEM_TITLES}) order by title
"""

ATTENDANCE = f"""
    select guid('attendance', a.lesson_id, a.pupil_id, a.ordinal::text, '') as sourcedId, {_BULK},
        g.group_guid as classSourcedId, guid('pupil', a.pupil_id, '', '', '') as studentSourcedId, a.date,
        a.lesson_number as lessonNumber, row_number() over (
            partition by g.group_guid, a.date, a.lesson_number, a.pupil_id order by a.lesson_id, a.ordinal
        ) as sequence, case when a.evidence = 'stated' then a.state end as state, a.code as printedCode
    from marts.fct_attendance a join groups g on a.subject_id = g.subject_id and a.subgroup_id = g.subgroup_id
        and (a.subgroup_id <> '' or a.class_id = g.group_class)
    where a.academic_year = year() and (a.evidence = 'stated' or coalesce(a.code, '') <> '')
    order by a.date, classSourcedId, studentSourcedId, sequence
"""

_USERS_1_1 = f"""
    select guid as sourcedId, {_BULK}, 'true' as enabledUser, {_ORG} as orgSourcedIds, role, guid as username,
        '' as userIds, given as givenName, family as familyName, middle as middleName, '' as identifier, '' as email,
        '' as sms, '' as phone, '' as agentSourcedIds, grades, '' as password
    from people
"""
_USERS_1_2 = f"""
    select guid as sourcedId, {_BULK}, 'true' as enabledUser, guid as username, '' as userIds, given as givenName,
        family as familyName, middle as middleName, '' as identifier, '' as email, '' as sms, '' as phone,
        '' as agentSourcedIds, grades, '' as password, '' as userMasterIdentifier, '' as preferredGivenName,
        '' as preferredMiddleName, '' as preferredFamilyName, {_ORG} as primaryOrgSourcedId, '' as pronouns
    from people
"""
_ROLES_1_2 = f"""
    select guid('role', guid, role, '', '') as sourcedId, {_BULK}, guid as userSourcedId, 'primary' as roleType, role,
        null as beginDate, null as endDate, {_ORG} as orgSourcedId, '' as userProfileSourcedId
    from people
"""

QUERIES: dict[str, dict[str, str]] = {
    "1.1": _COMMON
    | {
        "users": _USERS_1_1,
        "categories": _CATEGORIES.format(weight=""),
        "lineItems": _LINE_ITEMS.format(
            bulk=_BULK, year=_YEAR, items=_ITEM_TITLES, session="gradingPeriodSourcedId", school=""
        ),
        "results": _RESULTS.format(
            bulk=_BULK, scored=_SCORED, columns=f'{_TEXT_SCORE} as "metadata.zavuch.textScore"'
        ),
    },
    "1.2": _COMMON
    | {
        "users": _USERS_1_2,
        "roles": _ROLES_1_2,
        "categories": _CATEGORIES.format(weight=", null as weight"),
        "lineItems": _LINE_ITEMS.format(
            bulk=_BULK, year=_YEAR, items=_ITEM_TITLES, session="academicSessionSourcedId",
            school=f", {_ORG} as schoolSourcedId",
        ),
        "results": _RESULTS.format(
            bulk=_BULK, scored=_SCORED,
            columns=f"{_TEXT_SCORE} as textScore, '' as classSourcedId, 'false' as inProgress, 'false' as incomplete,"
            " 'false' as late, 'false' as missing",
        ),
    },
}  # fmt: skip
"""Version → file → query."""

FILES: dict[str, tuple[str, ...]] = {
    "1.1": (
        "academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics",
        "enrollments", "lineItems", "orgs", "resources", "results", "users",
    ),
    "1.2": (
        "academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics",
        "enrollments", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs", "resources",
        "resultLearningObjectiveIds", "results", "resultScoreScales", "roles", "scoreScales", "userProfiles",
        "userResources", "users",
    ),
}  # fmt: skip
"""Version → every file that the standard knows: those not written are `absent` in the manifest."""
