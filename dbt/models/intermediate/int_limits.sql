{%- set parameters = ['lessons_limit', 'days_limit', 'share', 'tolerance', 'margin', 'min_count'] -%}
with schools as (

    select * from {{ ref('stg_meta__schools') }}

),

own_limits as (

    select * from {{ ref('stg_meta__limits') }}

),

rules as (

    select * from {{ ref('rules') }}

),

limits as (

    select * from {{ ref('limits') }}

),

usual as (

    select
        name,
        cast(value as double) as value
    from limits
    {% for parameter in parameters %}
    union all
    select
        rule || '.{{ parameter }}' as name,
        cast({{ parameter }} as double) as value
    from rules
    where {{ parameter }} is not null
    {% endfor %}

),

own as (

    select
        school_id,
        name,
        value,
        coalesce(clause, '') as clause,
        coalesce(quote, '') as quote,
        coalesce(valid_from, date '1900-01-01') as valid_from,
        coalesce(valid_to, date '2999-12-31') as valid_to
    from own_limits

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
        usual.name,
        usual.value,
        date '1900-01-01' as valid_from,
        coalesce(first_own.valid_from - 1, date '2999-12-31') as valid_to
    from schools
    cross join usual
    left join first_own on schools.school_id = first_own.school_id and usual.name = first_own.name

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
