-- Requests for wrk: boxes of the region, or tiles of it. Arguments: what, then west south east north, or zoom and the first
-- and last row and column. "tiles" asks for each tile once, "again" for the same few hundred over and over; "martin" and
-- "martin-again" are those with the addresses of that server.
local thread = 0
function setup(t)
  t:set("number", thread)
  thread = thread + 1
end

local headers = { ["Accept-Encoding"] = "gzip" }
local FEW = 200

function init(args)
  what = args[1]
  a = {}
  for i = 2, #args do a[i - 1] = tonumber(args[i]) end
  k = number
  few = what == "again" or what == "martin-again"
  address = what:find("martin") and "/roads/%d/%d/%d" or "/collections/roads/tiles/WebMercatorQuad/%d/%d/%d"
  math.randomseed(7 + number)
end

function request()
  if what == "items" then
    local x = a[1] + math.random() * (a[3] - a[1] - 0.05)
    local y = a[2] + math.random() * (a[4] - a[2] - 0.05)
    local box = string.format("%.5f,%.5f,%.5f,%.5f", x, y, x + 0.05, y + 0.05)
    return wrk.format("GET", "/collections/roads/items?limit=1000&bbox=" .. box, headers)
  end
  -- A step that shares no factor with the number of tiles: none comes twice before all came once.
  local rows, columns = a[3] - a[2] + 1, a[5] - a[4] + 1
  local i = ((few and k % FEW or k) * 7919) % (rows * columns)
  k = k + 2
  local row, column = a[2] + math.floor(i / columns), a[4] + i % columns
  if what:find("martin") then row, column = column, row end
  return wrk.format("GET", string.format(address, a[1], row, column), headers)
end

function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("RESULT %.0f %.2f %d %.1f\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(99) / 1000, bad, summary.bytes / 1024 / summary.requests))
end
