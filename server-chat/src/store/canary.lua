-- Writes something of no value and sends it around the bus: if this works and comes back, a message would.
--
-- KEYS  1 a key of the node that asks
-- ARGV  1 token  2 channel  3 ballast: Redis must have room for it while this runs, as for the largest message; the
--       append-only file gets what is written only

redis.call("SET", KEYS[1], ARGV[1], "PX", 60000)
redis.call("PUBLISH", ARGV[2], ARGV[1])
