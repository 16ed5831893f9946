// The typical chat server: Express and Socket.IO in one process, a JWT secret given as a string, one query for permission and one insert for each
// message, then an emit to the room. `node server.mjs pg` or `prisma`.
import { createServer } from 'node:http';
import express from 'express';
import jwt from 'jsonwebtoken';
import { Server } from 'socket.io';

const { createStore } = await import(`./store-on-${process.argv[2]}.mjs`);
const store = createStore(process.env.DATABASE_URL);
const secret = process.env.JWT_SECRET;

const conversationOf = (userId, chatType, chatId) => (chatType === 'group' ? chatId : [userId, chatId].sort().join(':'));
const mayUse = (userId, chatType, chatId) => (chatType === 'group' ? store.isMember(chatId, userId) : store.areFriends(userId, chatId));

const app = express();
app.use(express.json());
app.post('/api/v1/get-messages', async (request, response) => {
  const { token, chatId, chatType } = request.body;
  const { sub: userId } = jwt.verify(token, secret);
  if (!await mayUse(userId, chatType, chatId)) { response.status(403).json({ success: false }); return; }
  response.json({ success: true, data: await store.newest(conversationOf(userId, chatType, chatId), 50) });
});

const http = createServer(app);
const io = new Server(http, { serveClient: false });
io.use((socket, next) => {
  try {
    socket.data.userId = jwt.verify(socket.handshake.auth.token, secret).sub;
    next();
  } catch (error) {
    next(error);
  }
});

io.on('connection', async (socket) => {
  const { userId: from } = socket.data;
  socket.on('sendMessage', async ({ to, chatType, message, messageType, clientMessageId }, acknowledge) => {
    try {
      if (!await mayUse(from, chatType, to)) { acknowledge({ success: false }); return; }
      const stored = await store.insert({ conversation: conversationOf(from, chatType, to), from, to, messageType, message });
      socket.to(chatType === 'group' ? `group:${to}` : `user:${to}`).emit('newMessage', { to, from, ...stored, clientMessageId, chatType, messageType, message });
      acknowledge({ to, from, ...stored, clientMessageId });
    } catch (error) {
      acknowledge({ success: false, message: String(error) });
    }
  });
  await socket.join(`user:${from}`);
  await socket.join((await store.groupsOf(from)).map((group) => `group:${group}`));
});

http.listen(0, '127.0.0.1', () => { process.send({ type: 'ready', port: http.address().port }); });
process.on('SIGTERM', () => { process.exit(0); });
