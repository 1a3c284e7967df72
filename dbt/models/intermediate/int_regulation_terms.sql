with schools as (

    select * from {{ ref('stg_meta__schools') }}

),

own_terms as (

    select * from {{ ref('stg_meta__regulation_terms') }}

),

shipped_terms as (

    select * from {{ ref('regulation_terms') }}

),

own_schools as (

    select school_id
    from own_terms
    group by school_id

),

said as (

    select
        school_id,
        profile,
        question,
        says,
        event,
        scope,
        amount,
        unit,
        cap,
        every,
        weekday,
        clause,
        quote,
        severity,
        valid_from,
        valid_to,
        case when says = 'term' then '{{ basis('own_term') }}' else '{{ basis('own') }}' end as basis
    from own_terms
    union all
    select
        schools.school_id,
        shipped_terms.profile,
        shipped_terms.question,
        shipped_terms.says,
        shipped_terms.event,
        shipped_terms.scope,
        shipped_terms.amount,
        shipped_terms.unit,
        shipped_terms.cap,
        shipped_terms.every,
        shipped_terms.weekday,
        shipped_terms.clause,
        shipped_terms.quote,
        shipped_terms.severity,
        shipped_terms.valid_from,
        shipped_terms.valid_to,
        '{{ basis('default') }}' as basis
    from schools
    inner join shipped_terms on shipped_terms.profile = 'default'
    left join own_schools on schools.school_id = own_schools.school_id
    where own_schools.school_id is null

),

int_regulation_terms as (

    select
        school_id,
        profile,
        question,
        says,
        coalesce(event, '') as event,
        coalesce(scope, '') as scope,
        coalesce(amount, 0) as amount,
        coalesce(unit, '') as unit,
        coalesce(cap, '') as cap,
        coalesce(every, '') as every,
        coalesce(weekday, 0) as weekday,
        case
            when coalesce(clause, '') <> '' then clause
            when says = 'not_said' then '{{ basis('not_said') }}'
            else basis
        end as clause,
        coalesce(quote, '') as quote,
        coalesce(severity, '') as severity,
        coalesce(valid_from, date '1900-01-01') as valid_from,
        coalesce(valid_to, date '2999-12-31') as valid_to
    from said

)

select * from int_regulation_terms
