{# Numbers that rules and metrics read: of the school and the day that is judged. #}

{# Join of a relation with rows of int_limits of one name: the number that applied on a day. #}
{% macro limit_applies(limits, to, day) -%}
    {{ to }}.school_id = {{ limits }}.school_id
    and {{ day }} between {{ limits }}.valid_from and {{ limits }}.valid_to
{%- endmacro %}

{# What is judged over a whole period goes by the number of its last day, or of today while it runs. #}
{% macro period_judged_on(relation) -%}
    least({{ relation }}.ends_on, cast({{ relation }}.as_of as date))
{%- endmacro %}

{# A measure of the product itself, which no school sets. #}
{% macro own_measure(name) -%}
    (select limits.value from {{ ref('limits') }} as limits where limits.name = '{{ name }}')
{%- endmacro %}
