import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import express from "express";
import { Redis } from "ioredis";
import { Server } from "socket.io";

// The original's chat: the whole list to whoever connects; a message is stored first and then told to everyone. Only
// the acknowledgement is added, after the store has the message, so that its time can be compared.
const { PORT, REDIS_URL, RECOVERY } = process.env;
const list = "chat_messages";

const redis = new Redis(REDIS_URL);
// The Redis adapter cannot recover connections (its README says so): the in-memory one can, on one node.
const options =
  RECOVERY === "on"
    ? { connectionStateRecovery: { maxDisconnectionDuration: 120_000 } }
    : { adapter: createAdapter(redis.duplicate(), redis.duplicate()) };

const app = express();
app.get("/healthz", (_request, response) => response.send("OK"));
const server = createServer(app);
const io = new Server(server, { transports: ["websocket"], serveClient: false, ...options });

io.on("connection", async (socket) => {
  socket.on("chat message", async ({ username, message }, stored) => {
    const entry = { username, message, timestamp: Date.now(), serverId: "peer" };
    await redis.rpush(list, JSON.stringify(entry));
    stored();
    io.emit("chat message", entry);
  });
  // A client that is given what it missed keeps what it has.
  if (socket.recovered) return;
  const entries = await redis.lrange(list, 0, -1);
  socket.emit(
    "previous messages",
    entries.map((entry) => JSON.parse(entry)),
  );
});

server.listen(Number(PORT), "127.0.0.1");
