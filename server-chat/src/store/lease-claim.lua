-- Takes the group for one holder, unless another one has it.
--
-- ARGV  1 holder  2 value  3 ms that it lives
-- Returns the holder, value and remaining ms of the lease that stands.

local now, ttl = now_ms(), tonumber(ARGV[3])
local other, left = other_than(ARGV[1], now)
if other then
  return { other, redis.call("HGET", VALUES, other), left }
end
put(ARGV[1], ARGV[2], ttl, now)
return { ARGV[1], ARGV[2], ttl }
