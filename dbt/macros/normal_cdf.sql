{#
  The standard normal distribution function, which neither DuckDB nor Spark has built in.
  Abramowitz and Stegun, Handbook of Mathematical Functions, formula 26.2.17: absolute error below 7.5e-8.
#}
{% macro normal_cdf(x) -%}
    case
        when {{ x }} >= 0 then 1 - {{ normal_tail('(' ~ x ~ ')') }}
        else {{ normal_tail('(-(' ~ x ~ '))') }}
    end
{%- endmacro %}

{# The upper tail for x >= 0. #}
{% macro normal_tail(x) -%}
{%- set t = '(1.0 / (1.0 + 0.2316419 * ' ~ x ~ '))' -%}
    (
        0.3989422804014327 * exp(-0.5 * {{ x }} * {{ x }}) * {{ t }} * (
            0.319381530 + {{ t }} * (
                -0.356563782 + {{ t }} * (1.781477937 + {{ t }} * (-1.821255978 + {{ t }} * 1.330274429))
            )
        )
    )
{%- endmacro %}
