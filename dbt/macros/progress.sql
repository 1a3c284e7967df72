{# Formulas of progress, each in one place. What they mean stands in dbt/seeds/metrics.csv. #}

{# A per cent, 0 to 100; NULL where there is nothing to count. #}
{% macro percent_of(part, whole) -%}
    round(100 * cast({{ part }} as double) / nullif({{ whole }}, 0), 6)
{%- endmacro %}

{# Степень обученности: 100, 64, 36, 16 for 5, 4, 3, 2 and 7 for «1» and «н/а»; n2 holds n1. #}
{% macro sou_percent(n5, n4, n3, n2, n1, n_not_assessed, whole) -%}
    round(
        cast(
            100 * {{ n5 }} + 64 * {{ n4 }} + 36 * {{ n3 }} + 16 * ({{ n2 }} - {{ n1 }})
            + 7 * ({{ n1 }} + {{ n_not_assessed }}) as double
        ) / nullif({{ whole }}, 0), 6
    )
{%- endmacro %}

{# (mean − 1) / 4, in per cent. #}
{% macro sou_by_mean_percent(mean) -%}
    round(({{ mean }} - 1) / 4.0 * 100, 6)
{%- endmacro %}

{# A mean as a whole mark: one more where its fraction reaches the margin. #}
{% macro rounded_mark(mean, margin) -%}
    cast(floor(round({{ mean }} - {{ margin }}, 6)) + 1 as bigint)
{%- endmacro %}

{# What a final mark is: 5 … 1, not_assessed, released, credit, no_credit, other; NULL where there is none. #}
{% macro result_of(value) -%}
    case
        when coalesce(trim({{ value }}), '') = '' then null
        when regexp_extract(trim({{ value }}), '^([1-5])[-+−–]?$', 1) <> ''
            then regexp_extract(trim({{ value }}), '^([1-5])[-+−–]?$', 1)
        when replace({{ normal_code(value) }}, '/', '') in ('НА', 'НА.') then 'not_assessed'
        when {{ normal_code(value) }} like 'ОСВ%' then 'released'
        when {{ normal_code(value) }} like 'ЗАЧ%' then 'credit'
        when {{ normal_code(value) }} like 'НЕЗАЧ%' or {{ normal_code(value) }} like 'НЕ%ЗАЧ%' then 'no_credit'
        else 'other'
    end
{%- endmacro %}

{# Whether results can be counted: running while the period lasts and a mark is missing, no_data where none is known. #}
{% macro result_state(n_known, n_missing, is_over) -%}
    case
        when {{ n_missing }} = 0 and {{ n_known }} > 0 then 'complete'
        when not {{ is_over }} then 'running'
        when {{ n_known }} = 0 then 'no_data'
        else 'partial'
    end
{%- endmacro %}

{# The state in words, where no figure is shown. #}
{% macro result_state_ru(state) -%}
    case {{ state }}
        when 'running' then 'период идёт, итоги не подведены'
        when 'no_data' then 'отметок за период в выгрузках нет'
        else 'считать не из чего'
    end
{%- endmacro %}

{# A number without needless zeros, with a decimal comma: «4,4», «58,04», «92». #}
{% macro short_ru(number, digits=2) -%}
    replace(
        regexp_replace(cast(cast(round({{ number }}, {{ digits }}) as decimal(18, {{ digits }})) as varchar), '[.]?0+$', ''),
        '.', ','
    )
{%- endmacro %}

{# Products joined by « + »: «100·5 + 64·10»; a product with nothing in it is left out. pairs: (left, right) of SQL. #}
{% macro products_ru(pairs) -%}
    {%- set joined -%}
        {%- for left, right in pairs -%}
            case
                when coalesce({{ right }}, 0) = 0 then ''
                else ' + ' || {{ left }} || '·' || {{ short_ru(right) }}
            end
            {%- if not loop.last %} || {% endif -%}
        {%- endfor -%}
    {%- endset -%}
    coalesce(nullif(substr({{ joined }}, 4), ''), '0')
{%- endmacro %}

{# Levels in which results are told: 2–4, 5–9, 10–11; '' where the grade is not known. #}
{% macro level_of(grade) -%}
    case
        when {{ grade }} = 1 then '1'
        when {{ grade }} between 2 and 4 then '2-4'
        when {{ grade }} between 5 and 9 then '5-9'
        when {{ grade }} >= 10 then '10-11'
        else ''
    end
{%- endmacro %}

{# Every row of a relation once in each scope over classes; it has class_id, grade and level. #}
{% macro in_every_scope(relation, scope_kind, scope_key) -%}
    {% for kind, key in [
        ('class', 'class_id'),
        ('grade', "coalesce(cast(grade as varchar), '')"),
        ('level', 'level'),
        ('school', "''"),
    ] -%}
    select
        *,
        '{{ kind }}' as {{ scope_kind }},
        {{ key }} as {{ scope_key }}
    from {{ relation }}
    {% if not loop.last %}
    union all
    {% endif -%}
    {% endfor %}
{%- endmacro %}

{# Marks «5» of weight 1 (or of a weight) that lift a mean to a threshold: the smallest whole number, exact. #}
{% macro fives_needed(target, sum_weighted, sum_weights, weight) -%}
    cast(
        greatest(
            cast(0 as double),
            ceil(
                round(
                    ({{ target }} * {{ sum_weights }} - {{ sum_weighted }})
                    / nullif({{ weight }} * (5 - {{ target }}), 0), 6
                )
            )
        ) as bigint
    )
{%- endmacro %}

{# The category of a pupil in words. #}
{% macro category_ru(category) -%}
    case {{ category }}
        when 'excellent' then 'отличник'
        when 'good' then 'хорошист'
        when 'good_one_4' then 'хорошист с одной «4»'
        when 'satisfactory' then 'троечник'
        when 'satisfactory_one_3' then 'троечник с одной «3»'
        when 'failing' then 'неуспевающий'
        when 'not_assessed' then 'н/а'
        else 'итоги не подведены'
    end
{%- endmacro %}

{# The academic year before one: «2024/2025» of «2025/2026»; NULL where the row belongs to no year. #}
{% macro year_before(academic_year) -%}
    (
        cast(try_cast(split_part({{ academic_year }}, '/', 1) as int) - 1 as varchar) || '/'
        || split_part({{ academic_year }}, '/', 1)
    )
{%- endmacro %}

{# A period by kind and number, the same in all classes. #}
{% macro period_key(kind, ordinal) -%}
    {{ kind }} || '-' || cast({{ ordinal }} as varchar)
{%- endmacro %}
