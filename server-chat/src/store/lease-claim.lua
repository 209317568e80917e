-- Takes groups for one holder each, unless another one has them. Every two keys are a group.
--
-- ARGV  1 ms that the leases live; then for each group: holder, value
-- Returns for each group the holder, value and remaining ms of the lease that stands.

local now, ttl = now_ms(), tonumber(ARGV[1])

local function claim(holder, value)
  local living = redis.call("ZRANGEBYSCORE", ENDS, "(" .. digits(now), "+inf", "WITHSCORES", "LIMIT", 0, 2)
  for index = 1, #living, 2 do
    if living[index] ~= holder then
      return { living[index], redis.call("HGET", VALUES, living[index]), tonumber(living[index + 1]) - now }
    end
  end
  put(holder, value, ttl, now)
  return { holder, value, ttl }
end

local standing = {}
for index = 1, #KEYS, 2 do
  ENDS, VALUES = KEYS[index], KEYS[index + 1]
  standing[#standing + 1] = claim(ARGV[index + 1], ARGV[index + 2])
end
return standing
