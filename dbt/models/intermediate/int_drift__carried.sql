with statements as (

    select * from {{ ref('stg_meta__statements') }}

),

-- what one export is about: a class, a pupil, or the whole school
observations as (

    select
        school_id,
        observation_id,
        case when min(class_id) = max(class_id) then min(class_id) else '' end as class_id,
        case when min(pupil_id) = max(pupil_id) then min(pupil_id) else '' end as pupil_id
    from statements
    group by school_id, observation_id

),

-- exports of one day are one round: some tables come once a day, some once a week
carried as (

    select
        statements.school_id,
        statements.system,
        statements.export_kind,
        observations.class_id,
        observations.pupil_id,
        cast(statements.taken_at as date) as round_on,
        statements.table_name,
        statements.carried_columns,
        min(statements.taken_at) as taken_at
    from statements
    inner join observations
        on
            statements.school_id = observations.school_id
            and statements.observation_id = observations.observation_id
    group by
        statements.school_id, statements.system, statements.export_kind, observations.class_id,
        observations.pupil_id, cast(statements.taken_at as date), statements.table_name, statements.carried_columns

),

named as (

    select
        school_id,
        system,
        export_kind,
        class_id,
        pupil_id,
        round_on,
        taken_at,
        table_name,
        {{ each_of('carried_columns') }} as item
    from carried

),

-- item '' is the table as a whole
items as (

    select
        school_id,
        system,
        export_kind,
        class_id,
        pupil_id,
        round_on,
        table_name,
        item,
        min(taken_at) as taken_at
    from named
    where item <> ''
    group by school_id, system, export_kind, class_id, pupil_id, round_on, table_name, item
    union all
    select
        school_id,
        system,
        export_kind,
        class_id,
        pupil_id,
        round_on,
        table_name,
        '' as item,
        min(taken_at) as taken_at
    from carried
    group by school_id, system, export_kind, class_id, pupil_id, round_on, table_name

),

-- a statement without a list carries every column
carrying_all as (

    select
        school_id,
        system,
        export_kind,
        class_id,
        pupil_id,
        round_on,
        table_name
    from carried
    where carried_columns = ''
    group by school_id, system, export_kind, class_id, pupil_id, round_on, table_name

),

rounds as (

    select
        school_id,
        system,
        export_kind,
        class_id,
        pupil_id,
        round_on,
        min(taken_at) as taken_at,
        max(round_on) over (partition by school_id, system, export_kind, class_id, pupil_id) as newest_on
    from carried
    group by school_id, system, export_kind, class_id, pupil_id, round_on

),

wanted as (

    select
        school_id,
        system,
        export_kind,
        class_id,
        pupil_id,
        table_name,
        item
    from items
    group by school_id, system, export_kind, class_id, pupil_id, table_name, item

),

-- the rounds in which a column could have been carried: those with its table
possible as (

    select
        wanted.school_id,
        wanted.system,
        wanted.export_kind,
        wanted.class_id,
        wanted.pupil_id,
        wanted.table_name,
        wanted.item,
        rounds.round_on,
        rounds.taken_at,
        rounds.newest_on,
        (items.item is not null or carrying_all.round_on is not null) as is_carried
    from wanted
    inner join rounds
        on
            wanted.school_id = rounds.school_id
            and wanted.system = rounds.system
            and wanted.export_kind = rounds.export_kind
            and wanted.class_id = rounds.class_id
            and wanted.pupil_id = rounds.pupil_id
    left join items
        on
            wanted.school_id = items.school_id
            and wanted.system = items.system
            and wanted.export_kind = items.export_kind
            and wanted.class_id = items.class_id
            and wanted.pupil_id = items.pupil_id
            and wanted.table_name = items.table_name
            and wanted.item = items.item
            and rounds.round_on = items.round_on
    left join carrying_all
        on
            wanted.school_id = carrying_all.school_id
            and wanted.system = carrying_all.system
            and wanted.export_kind = carrying_all.export_kind
            and wanted.class_id = carrying_all.class_id
            and wanted.pupil_id = carrying_all.pupil_id
            and wanted.table_name = carrying_all.table_name
            and rounds.round_on = carrying_all.round_on
    left join items as whole
        on
            wanted.school_id = whole.school_id
            and wanted.system = whole.system
            and wanted.export_kind = whole.export_kind
            and wanted.class_id = whole.class_id
            and wanted.pupil_id = whole.pupil_id
            and wanted.table_name = whole.table_name
            and whole.item = ''
            and rounds.round_on = whole.round_on
    where wanted.item = '' or whole.item is not null

),

counted as (

    select
        school_id,
        system,
        export_kind,
        class_id,
        pupil_id,
        table_name,
        item,
        cast(sum(case when round_on < newest_on then 1 else 0 end) as bigint) as n_earlier,
        cast(sum(case when round_on < newest_on and is_carried then 1 else 0 end) as bigint) as n_carried,
        max(case when round_on = newest_on then 1 else 0 end) as is_asked_now,
        max(case when round_on = newest_on and is_carried then 1 else 0 end) as is_carried_now,
        max(case when is_carried then round_on end) as last_carried_on
    from possible
    group by school_id, system, export_kind, class_id, pupil_id, table_name, item

),

-- what at least every second earlier round has carried is usual
lost as (

    select * from counted
    where n_carried > 0 and 2 * n_carried >= n_earlier and is_asked_now = 1 and is_carried_now = 0

),

dated as (

    select
        lost.school_id,
        lost.system,
        lost.export_kind,
        lost.class_id,
        lost.pupil_id,
        lost.table_name,
        lost.item,
        min(case when rounds.round_on > lost.last_carried_on then rounds.taken_at end) as since,
        max(case when rounds.round_on = lost.last_carried_on then rounds.taken_at end) as compared_with
    from lost
    inner join rounds
        on
            lost.school_id = rounds.school_id
            and lost.system = rounds.system
            and lost.export_kind = rounds.export_kind
            and lost.class_id = rounds.class_id
            and lost.pupil_id = rounds.pupil_id
    group by
        lost.school_id, lost.system, lost.export_kind, lost.class_id, lost.pupil_id, lost.table_name, lost.item

),

int_drift__carried as (

    select
        school_id,
        case when item = '' then 'table_lost' else 'column_lost' end as finding,
        'attention' as severity,
        {{ academic_year_of('min(since)') }} as academic_year,
        class_id,
        system,
        export_kind,
        table_name,
        item,
        '' as item_before,
        '' as pupil_id,
        count(*) as n,
        cast(null as bigint) as n_of,
        cast(null as bigint) as n_before,
        min(since) as since,
        max(compared_with) as compared_with
    from dated
    group by school_id, system, export_kind, class_id, table_name, item

)

select * from int_drift__carried
