{# What stands in place of a clause where a rule has none. The one place for these words. #}
{% macro basis(of) -%}
    {%- set words = {
        'own_term': 'Установлено школой; в положении срок не указан',
        'own': 'Установлено школой; в положении об этом не сказано',
        'default': 'Положение школы не введено; срок по умолчанию',
        'not_said': 'В положении срок не указан',
        'guideline': 'Ориентир программы; в положении не указан',
    } -%}
    {{ return(words[of]) }}
{%- endmacro %}
