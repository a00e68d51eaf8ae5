import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { listen } from './platform.js';
import { tellReady } from './ready.js';
class C { me(){ return {id:'0193f3f4-7b2c-7c53-9e57-8a6a3c1b2d3e',email:'user7@example.com',isActive:true,isSuperuser:false,isVerified:false}; } }
Get('me')(C.prototype,'me',Object.getOwnPropertyDescriptor(C.prototype,'me'));
Controller('users')(C);
class M{} Module({controllers:[C]})(M);
const {origin}=await listen(M);
tellReady({url:`${origin}/users/me`,headers:{authorization:'Bearer '+'x'.repeat(260)}});
