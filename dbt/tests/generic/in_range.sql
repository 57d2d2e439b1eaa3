{#- Fails with every row whose value is below `lowest` or above `highest`; null passes. -#}
{% test in_range(model, column_name, lowest=none, highest=none) %}

select *
from {{ model }}
where false
    {%- if lowest is not none %} or {{ column_name }} < {{ lowest }}{% endif %}
    {%- if highest is not none %} or {{ column_name }} > {{ highest }}{% endif %}

{% endtest %}
