{# A topic or a name of work as it is compared: letters and digits alone, whatever their case. #}
{% macro normal_topic(topic) -%}
    replace(translate(lower({{ topic }}), ' .,;:!?№"()«»“”„-–—/\', ''), 'ё', 'е')
{%- endmacro %}

{# Study weeks of a class by its grade where the school says nothing else. #}
{% macro study_weeks(grade) -%}
    case when {{ grade }} = 1 then 33 else 34 end
{%- endmacro %}

{# Hours as people write them: «34», «2,5». #}
{% macro hours_ru(hours) -%}
    case
        when {{ hours }} = round({{ hours }}) then cast(cast(round({{ hours }}) as bigint) as varchar)
        else {{ number_ru(hours, 1) }}
    end
{%- endmacro %}
