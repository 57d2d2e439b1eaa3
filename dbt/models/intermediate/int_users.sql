{{ config(**on_bigquery({'cluster_by': ['user_id']})) }}
with events as (
    select * from {{ ref('int_user_events') }}
),

numbered as (
    select
        *,
        row_number() over (
            partition by user_id order by event_at desc, item_in_session desc, kind_order desc, event_id desc
        ) as newness
    from events
),

latest as (
    select * from numbered
    where newness = 1
),

activity as (
    select
        user_id,
        {% for kind in ['page_view', 'login', 'upgrade', 'downgrade'] -%}
        {{ count_of("kind = '" ~ kind ~ "'") }} as {{ kind }}s,
        {% endfor -%}
        max(case when auth_state = 'Cancelled' then 1 else 0 end) = 1 as is_cancelled,
        min(event_at) as first_event_at,
        max(event_at) as last_event_at
    from events
    group by user_id
),

final as (
    select
        latest.user_id,
        coalesce(
            {{ filled(dbt.concat(["coalesce(latest.first_name, '')", "' '", "coalesce(latest.last_name, '')"])) }}, 'Unknown'
        ) as full_name,
        coalesce(latest.gender, 'Unknown') as gender,
        latest.level as current_level,
        latest.city,
        latest.state,
        coalesce(latest.registered_at, activity.first_event_at) as registered_at,
        activity.page_views,
        activity.logins,
        activity.upgrades,
        activity.downgrades,
        activity.is_cancelled,
        activity.first_event_at,
        activity.last_event_at
    from latest
    inner join activity on latest.user_id = activity.user_id
)

select * from final
