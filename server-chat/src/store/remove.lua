-- Takes the text out of a message and tells the bus. The entry leaves the stream, and a tombstone keeps its place.
--
-- ARGV  1 seq  2 channel
-- Returns 1, or 0 if there is no text to take out.

local room = read_room()
local seq = tonumber(ARGV[1])
if not room or seq < room.first then
  return 0
end
local id, ts, body = read_message(seq)
if not body then
  return 0
end

local tombstone = '{"id":"' .. id .. '","ts":' .. digits(ts) .. ',"user":' .. cjson.encode(cjson.decode(body).user) .. "}"
local deletions = digits(room.deletions + 1)
redis.call("ZADD", TOMBSTONES, digits(seq), tombstone)
redis.call("XDEL", STREAM, digits(seq))
redis.call("HSET", META, "deletions", deletions)
redis.call(
  "PUBLISH",
  ARGV[2],
  '{"type":"deleted","epoch":"' .. room.epoch .. '","seq":' .. digits(seq) .. ',"deletions":' .. deletions .. "}"
)
return 1
