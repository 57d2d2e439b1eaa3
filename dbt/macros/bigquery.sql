{#-
    Settings of a model that hold on BigQuery only: how its table is partitioned, clustered and brought up to date. Elsewhere
    one that says nothing new, as dbt takes no empty configuration.
-#}
{% macro on_bigquery(settings) -%}
    {{ return(settings if target.type == 'bigquery' else {'enabled': true}) }}
{%- endmacro %}

{#- The node that asks, as JSON: dbt makes labels of the job of it. -#}
{% macro job_labels(node) -%}
    {%- set labels = {'app': 'soundflow', 'step': 'dbt', 'target': target.name} -%}
    {%- if node is not none -%}{%- do labels.update({'node': node.name}) -%}{%- endif -%}
    {{ return(tojson(labels)) }}
{%- endmacro %}

{#- A condition of literals, the only kind by which BigQuery knows before a query which partitions it reads and bills. -#}
{% macro one_of(column, type, values) -%}
    {%- if values | length == 0 -%}
    false
    {%- else -%}
    {{ column }} in ({% for value in values %}{{ type }} '{{ value }}'{{ ', ' if not loop.last }}{% endfor %})
    {%- endif -%}
{%- endmacro %}
