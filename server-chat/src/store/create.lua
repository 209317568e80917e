-- Makes the room unless there is one.
--
-- ARGV  1 epoch

if not read_room() then
  create_room(ARGV[1], now_ms())
end
