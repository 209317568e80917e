-- Drops what is beyond the retention, and the whole room once it is empty and unused for as long.
--
-- ARGV  1 how many messages to keep  2 for how many ms  3 how many to drop at most  4 "1" if somebody is in the room
-- Returns 1 if there may be more to drop.

local room = read_room()
if not room then
  return 0
end

local oldest, most = now_ms() - tonumber(ARGV[2]), tonumber(ARGV[3])
local before = room.first
trim(room, tonumber(ARGV[1]), oldest, most)
if room.first - before == most then
  return 1
end

if room.first > room.seq then
  if ARGV[4] == "1" then
    redis.call("HSET", META, "used", digits(now_ms()))
  elseif math.max(room.ts, tonumber(redis.call("HGET", META, "used") or 0)) < oldest then
    redis.call("DEL", META, STREAM, IDS, TOMBSTONES)
  end
end
return 0
