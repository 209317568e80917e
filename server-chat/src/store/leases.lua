-- What the scripts of leases share; every one starts with this file.
--
-- KEYS  1 a sorted set of holders by the time when their lease ends, in ms since 1970
--       2 a hash from a holder to its value

local ENDS, VALUES = KEYS[1], KEYS[2]

local function now_ms()
  local time = redis.call("TIME")
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function digits(number)
  return string.format("%.0f", number)
end

local function put(holder, value, ttl, now)
  -- What ended before leaves now; a bounded number, so that no call is slow.
  for _, old in ipairs(redis.call("ZRANGEBYSCORE", ENDS, "-inf", digits(now), "LIMIT", 0, 20)) do
    redis.call("ZREM", ENDS, old)
    redis.call("HDEL", VALUES, old)
  end
  redis.call("ZADD", ENDS, digits(now + ttl), holder)
  redis.call("HSET", VALUES, holder, value)
  -- The group goes by itself with its last lease.
  for _, key in ipairs({ ENDS, VALUES }) do
    if redis.call("PTTL", key) < ttl then
      redis.call("PEXPIRE", key, digits(ttl))
    end
  end
end

-- Another holder whose lease has not ended, and its remaining ms.
local function other_than(holder, now)
  local living = redis.call("ZRANGEBYSCORE", ENDS, "(" .. digits(now), "+inf", "WITHSCORES", "LIMIT", 0, 2)
  for index = 1, #living, 2 do
    if living[index] ~= holder then
      return living[index], tonumber(living[index + 1]) - now
    end
  end
end
