-- For wrk: sends each request of a file once, and writes every answer down as it came.
-- Arguments: file of requests, file of answers.
-- A connection for which no request is left gets an empty one, sends nothing, and rests; when all are answered wrk is
-- interrupted, for it would go on until its time is over.

local ffi = require("ffi")
ffi.cdef[[
typedef struct { long seconds; long nanoseconds; } moment;
int clock_gettime(int which, moment *now);
int getpid(void);
int kill(int process, int number);
]]

local moment = ffi.new("moment")
local requests, sent, answered, places, bodies = {}, 0, 0, {}, 0
local out

local function now()
  ffi.C.clock_gettime(0, moment)
  return tonumber(moment.seconds) + tonumber(moment.nanoseconds) / 1e9
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  while true do
    local length = file:read("*l")
    if not length then break end
    requests[#requests + 1] = file:read(tonumber(length))
    file:read("*l")
  end
  file:close()
  out = assert(io.open(arguments[2], "wb"))
  out:setvbuf("full", 1048576)
end

-- wrk asks for one request before it begins, to see that it is one, and does not send it.
local is_looked_at = false

function request()
  if not is_looked_at then
    is_looked_at = true
    return requests[1]
  end
  sent = sent + 1
  if sent == 1 then out:write(string.format("-2 %.6f 0 0 -1 -1\n", now())) end
  return requests[sent] or ""
end

function response(status, headers, body)
  answered = answered + 1
  local place = places[body]
  if place then
    out:write(string.format("-1 %.6f 0 %d %d -1\n", now(), status, place))
  else
    places[body] = bodies
    out:write(string.format("-1 %.6f 0 %d %d %d\n", now(), status, bodies, #body), body, "\n")
    bodies = bodies + 1
  end
  if answered == #requests then
    out:flush()
    ffi.C.kill(ffi.C.getpid(), 2)
  end
end

function done(summary, latency, all)
  io.write(string.format("SUMMARY %.3f %.3f %d %d %d %d\n", latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.connect, summary.errors.read, summary.errors.write, summary.errors.timeout))
end
