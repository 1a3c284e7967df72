with schools as (

    select * from {{ ref('stg_meta__schools') }}

),

own_limits as (

    select * from {{ ref('stg_meta__limits') }}

),

limits as (

    select * from {{ ref('limits') }}

),

begun as (

    select
        school_id,
        name,
        value,
        coalesce(clause, '') as clause,
        coalesce(quote, '') as quote,
        coalesce(valid_from, date '1900-01-01') as valid_from
    from own_limits

),

-- each number holds until the next one begins, so every day has exactly one
own as (

    select
        *,
        coalesce(
            lead(valid_from) over (partition by school_id, name order by valid_from asc nulls last) - 1,
            date '2999-12-31'
        ) as valid_to
    from begun

),

first_own as (

    select
        school_id,
        name,
        min(valid_from) as valid_from
    from own
    group by school_id, name

),

-- the product's own number, until the school's first one begins
shipped as (

    select
        schools.school_id,
        limits.name,
        cast(limits.value as double) as value,
        date '1900-01-01' as valid_from,
        coalesce(first_own.valid_from - 1, date '2999-12-31') as valid_to
    from schools
    cross join limits
    left join first_own on schools.school_id = first_own.school_id and limits.name = first_own.name

),

int_limits as (

    select
        school_id,
        name,
        value,
        clause,
        quote,
        true as is_own,
        valid_from,
        valid_to
    from own
    union all
    select
        school_id,
        name,
        value,
        '' as clause,
        '' as quote,
        false as is_own,
        valid_from,
        valid_to
    from shipped
    where valid_from <= valid_to

)

select * from int_limits
