{{ config(materialized='view') }}

with schools as (

    select * from {{ ref('stg_meta__schools') }}

),

shipped_terms as (

    select * from {{ ref('regulation_terms') }}

),

int_preview_terms as (

    select
        schools.school_id,
        shipped_terms.profile,
        shipped_terms.question,
        shipped_terms.says,
        coalesce(shipped_terms.event, '') as event,
        coalesce(shipped_terms.scope, '') as scope,
        coalesce(shipped_terms.amount, 0) as amount,
        coalesce(shipped_terms.unit, '') as unit,
        coalesce(shipped_terms.cap, '') as cap,
        coalesce(shipped_terms.clause, '') as clause,
        coalesce(shipped_terms.quote, '') as quote,
        -- what would be late if the school were to go by it, whenever it came into force where it was written
        date '1900-01-01' as valid_from,
        date '2999-12-31' as valid_to
    from schools
    cross join shipped_terms

)

select * from int_preview_terms
