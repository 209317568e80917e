-- What the scripts of a room share; every one starts with this file.
--
-- KEYS  1 meta: a hash of epoch, seq (the newest number), first (the oldest one kept), deletions, ts, used
--       2 the messages: a stream whose ids are <seq>-0
--       3 a hash from a message's id to its seq
--       4 tombstones: a sorted set of JSON by seq, in place of the entries that were taken out of the stream
--
-- All four have the room's name as hash tag: one slot of a cluster.

local META, STREAM, IDS, TOMBSTONES = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

-- Lua writes large numbers with an exponent unless told not to.
local function digits(number)
  return string.format("%.0f", number)
end

-- This server's clock, in ms since 1970: the clock of a node never matters.
local function now_ms()
  local time = redis.call("TIME")
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function read_room()
  local meta = redis.call("HMGET", META, "epoch", "seq", "first", "deletions", "ts")
  if not meta[1] then
    return nil
  end
  return {
    epoch = meta[1],
    seq = tonumber(meta[2]),
    first = tonumber(meta[3]),
    deletions = tonumber(meta[4]),
    ts = tonumber(meta[5]),
  }
end

local function create_room(epoch, now)
  redis.call("HSET", META, "epoch", epoch, "seq", "0", "first", "1", "deletions", "0", "ts", digits(now))
  return { epoch = epoch, seq = 0, first = 1, deletions = 0, ts = now }
end

local function renew_room(room, epoch, channel)
  redis.call("HSET", META, "epoch", epoch)
  redis.call("PUBLISH", channel, '{"type":"renewed","epoch":"' .. epoch .. '"}')
  room.epoch = epoch
end

-- The id, time stamp and body of a message; without a body it was taken out. Nothing if history does not have it.
local function read_message(seq)
  local entry = redis.call("XRANGE", STREAM, digits(seq), digits(seq))[1]
  if entry then
    local fields = entry[2]
    return fields[2], tonumber(fields[4]), fields[6]
  end
  local tombstone = redis.call("ZRANGEBYSCORE", TOMBSTONES, digits(seq), digits(seq))[1]
  if tombstone then
    local left = cjson.decode(tombstone)
    return left.id, left.ts
  end
end

-- Drops the oldest messages, at most `most`: those above the number to keep, and, if `oldest` is a time, those from
-- before it.
local function trim(room, keep, oldest, most)
  local before = room.first
  while room.first <= room.seq and room.first - before < most do
    local too_many = room.seq - room.first + 1 > keep
    if not too_many and not oldest then
      break
    end
    local id, ts = read_message(room.first)
    if id and not too_many and ts >= oldest then
      break
    end
    if id then
      redis.call("HDEL", IDS, id)
    end
    room.first = room.first + 1
  end
  if room.first == before then
    return
  end
  redis.call("XTRIM", STREAM, "MINID", digits(room.first))
  if room.deletions > 0 then
    redis.call("ZREMRANGEBYSCORE", TOMBSTONES, "-inf", "(" .. digits(room.first))
  end
  redis.call("HSET", META, "first", digits(room.first))
end
