-- Takes the group for one holder, unless another one has it.
--
-- ARGV  1 holder  2 value  3 ms that it lives
-- Returns the holder, value and remaining ms of the lease that stands.

local now, ttl = now_ms(), tonumber(ARGV[3])
local living = redis.call("ZRANGEBYSCORE", ENDS, "(" .. digits(now), "+inf", "WITHSCORES", "LIMIT", 0, 2)
for index = 1, #living, 2 do
  if living[index] ~= ARGV[1] then
    return { living[index], redis.call("HGET", VALUES, living[index]), tonumber(living[index + 1]) - now }
  end
end
put(ARGV[1], ARGV[2], ttl, now)
return { ARGV[1], ARGV[2], ttl }
