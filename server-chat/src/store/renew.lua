-- Gives the room a new epoch, unless somebody did so already.
--
-- ARGV  1 the epoch to replace  2 the new one  3 channel
-- Returns the epoch that the room has then.

local room = read_room() or create_room(ARGV[2], now_ms())
if room.epoch == ARGV[1] then
  renew_room(room, ARGV[2], ARGV[3])
end
return room.epoch
