-- $1: plan; $2: moment.
with opened as (
    update grids set valid = tstzrange($2, null) where plan_id = $1
)
update microgrids set valid = tstzrange($2, null) where plan_id = $1
