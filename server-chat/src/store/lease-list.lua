-- Returns now, the living holders with the ends of their leases, and all values by holder.

local now = now_ms()
return {
  now,
  redis.call("ZRANGEBYSCORE", ENDS, "(" .. digits(now), "+inf", "WITHSCORES"),
  redis.call("HGETALL", VALUES),
}
