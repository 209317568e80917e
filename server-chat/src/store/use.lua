-- Says that somebody is in the room now, so that it does not go for lack of messages.
--
-- Returns 1, or 0 if there is no such room.

if not read_room() then
  return 0
end
redis.call("HSET", META, "used", digits(now_ms()))
return 1
