-- Drops what is beyond the retention, and the whole room once it is empty and was unused for as long. A room that never
-- had a message goes sooner: whoever joins a name makes one.
--
-- ARGV  1 how many messages to keep  2 for how many ms  3 how many to drop at most  4 "1" if somebody is in the room
--       5 for how many ms to keep an unused room that never had a message
-- Returns 1 if there may be more to drop.

local room = read_room()
if not room then
  return 0
end

local now, most = now_ms(), tonumber(ARGV[3])
local before = room.first
trim(room, tonumber(ARGV[1]), now - tonumber(ARGV[2]), most)
if room.first - before == most then
  return 1
end

if room.first > room.seq then
  if ARGV[4] == "1" then
    redis.call("HSET", META, "used", digits(now))
    return 0
  end
  local used = math.max(room.ts, tonumber(redis.call("HGET", META, "used") or 0))
  if used < now - tonumber(room.seq == 0 and ARGV[5] or ARGV[2]) then
    redis.call("DEL", META, STREAM, IDS, TOMBSTONES)
  end
end
return 0
