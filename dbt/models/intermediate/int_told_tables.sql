{{ config(materialized='view') }}

{%- set of_classes = {
    'plan': 'stg_journal__plan_topics',
    'timetable': 'stg_journal__timetable',
} -%}
{%- set of_schools = {
    'bells': 'stg_journal__bells',
    'calendar': 'stg_journal__calendar',
    'documents': 'stg_journal__absence_documents',
    'outages': 'stg_journal__outages',
    'substitutions': 'stg_journal__substitutions',
    'exams': 'stg_journal__exam_results',
    'statements': 'stg_journal__parent_statements',
    'accounts': 'stg_journal__journal_accounts',
    'subgroups': 'stg_journal__subgroup_members',
    'teachers': 'stg_journal__teachers',
} -%}

{% for fed_by, relation in (of_classes | dictsort) + (of_schools | dictsort) -%}
{% if loop.first %}with {% endif -%}
{{ fed_by }}_rows as (

    select * from {{ ref(relation) }}
    where is_current

),

{% endfor -%}

int_told_tables as (

    {% for fed_by in of_classes %}
    select
        school_id,
        class_id,
        '{{ fed_by }}' as fed_by
    from {{ fed_by }}_rows
    group by school_id, class_id
    union all
    {% endfor %}
    {% for fed_by in of_schools %}
    select
        school_id,
        '' as class_id,
        '{{ fed_by }}' as fed_by
    from {{ fed_by }}_rows
    group by school_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from int_told_tables
