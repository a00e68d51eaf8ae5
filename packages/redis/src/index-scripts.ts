// Scripts about one index: a sorted set of members, each with the time of its end as its score. What
// else may be found under its key was written by somebody else, and is as good as not there.

/** `ARGV`: now, the end, the member. A member's end never comes closer. */
export const ADD = `
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('DEL', KEYS[1]) end
local old = redis.call('ZSCORE', KEYS[1], ARGV[3])
if not old or tonumber(old) < tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
if last then
  local remaining = math.min(tonumber(last) - tonumber(ARGV[1]), 1e13)
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', remaining))
end`;

/** `ARGV`: what has ended by then goes, what has not by then is told: member, score, member, … */
export const LIST = `
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then return {} end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[2], '+inf', 'WITHSCORES')`;

/** `ARGV`: member, score, member, …; those whose score is another by now stay. */
export const PRUNE = `
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then return end
for i = 1, #ARGV, 2 do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) == ARGV[i + 1] then
    redis.call('ZREM', KEYS[1], ARGV[i])
  end
end`;
