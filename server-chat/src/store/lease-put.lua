-- Writes or renews a lease.
--
-- ARGV  1 holder  2 value  3 ms that it lives

put(ARGV[1], ARGV[2], tonumber(ARGV[3]), now_ms())
