-- A page of one moment.
--
-- ARGV  1 "after", "before" or "latest"  2 the number for the first two  3 how many messages at most
-- Returns epoch, seq, first, deletions, the page's entries, and the page's tombstones with their numbers;
-- nothing if there is no room.

local room = read_room()
if not room then
  return nil
end

local limit = tonumber(ARGV[3])
local low, high
if ARGV[1] == "after" then
  low = math.max(tonumber(ARGV[2]) + 1, room.first)
  high = math.min(low + limit - 1, room.seq)
else
  high = ARGV[1] == "before" and math.min(tonumber(ARGV[2]) - 1, room.seq) or room.seq
  low = math.max(high - limit + 1, room.first)
end

local entries, tombstones = {}, {}
if low <= high then
  entries = redis.call("XRANGE", STREAM, digits(low), digits(high))
  tombstones = redis.call("ZRANGEBYSCORE", TOMBSTONES, digits(low), digits(high), "WITHSCORES")
end
return { room.epoch, room.seq, room.first, room.deletions, entries, tombstones }
