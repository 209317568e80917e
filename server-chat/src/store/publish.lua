-- Gives a message its number, keeps it and tells the bus, once per id.
--
-- ARGV  1 id  2 body: JSON of user and text  3 an epoch for a room that needs one  4, 5 epoch and seq that the caller
--       has seen, or empty  6 how many messages to keep  7 how many of the oldest to drop at most  8 channel
-- Returns epoch, seq, ts, and 1 if the id was in history already.

local id, body, new_epoch, known_epoch, known_seq = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local channel = ARGV[8]
local now = now_ms()

local room = read_room() or create_room(new_epoch, now)
if known_epoch == room.epoch and tonumber(known_seq) > room.seq then
  -- This history is older than what the caller saw: it was restored, or a power cut took its end.
  renew_room(room, new_epoch, channel)
end

local known = redis.call("HGET", IDS, id)
if known then
  local _, ts = read_message(tonumber(known))
  return { room.epoch, tonumber(known), ts, 1 }
end

room.seq = room.seq + 1
room.ts = math.max(room.ts, now)
local seq, ts = digits(room.seq), digits(room.ts)
redis.call("XADD", STREAM, seq .. "-0", "id", id, "ts", ts, "body", body)
redis.call("HSET", IDS, id, seq)
redis.call("HSET", META, "seq", seq, "ts", ts)
redis.call(
  "PUBLISH",
  channel,
  '{"type":"message","epoch":"' .. room.epoch .. '","seq":' .. seq .. ',"id":"' .. id .. '","ts":' .. ts .. ',"body":' .. body .. "}"
)
trim(room, tonumber(ARGV[6]), nil, tonumber(ARGV[7]))
return { room.epoch, room.seq, room.ts, 0 }
