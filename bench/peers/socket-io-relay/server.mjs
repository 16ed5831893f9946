// A bare Socket.IO relay: it knows who connects and passes on what they say. It stores nothing, checks nothing and numbers nothing.
import { createServer } from 'node:http';
import jwt from 'jsonwebtoken';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { serveClient: false });

io.use((socket, next) => {
  try {
    socket.data = jwt.verify(socket.handshake.auth.token, process.env.JWT_SECRET);
    next();
  } catch (error) {
    next(error);
  }
});

io.on('connection', (socket) => {
  const { sub: from, groups } = socket.data;
  socket.join([`user:${from}`, ...groups.map((group) => `group:${group}`)]);
  socket.on('sendMessage', ({ to, chatType, message, messageType, clientMessageId }, acknowledge) => {
    const room = chatType === 'group' ? `group:${to}` : `user:${to}`;
    socket.to(room).emit('newMessage', { to, from, clientMessageId, chatType, messageType, message, createdAt: new Date().toISOString() });
    acknowledge({ to, from, clientMessageId });
  });
});

http.listen(0, '127.0.0.1', () => { process.send({ type: 'ready', port: http.address().port }); });
process.on('SIGTERM', () => { process.exit(0); });
