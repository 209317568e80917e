-- Takes groups for one holder each, unless others have them. Every two keys are a group.
--
-- ARGV  1 ms that the leases live; then the holder for each group
-- Returns which groups others have, counted from 0.

local now, ttl = now_ms(), tonumber(ARGV[1])
local refused = {}
for group = 0, #KEYS / 2 - 1 do
  ENDS, VALUES = KEYS[2 * group + 1], KEYS[2 * group + 2]
  local holder = ARGV[group + 2]
  if other_than(holder, now) then
    refused[#refused + 1] = group
  else
    put(holder, "", ttl, now)
  end
end
return refused
