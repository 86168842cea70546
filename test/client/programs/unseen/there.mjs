import { Socket } from 'node:net';

const socket = new Socket();
export const isOpen = () => !socket.destroyed;
