-- Ends a lease.
--
-- ARGV  1 holder

redis.call("ZREM", ENDS, ARGV[1])
redis.call("HDEL", VALUES, ARGV[1])
