-- What dropping the tables leaves behind.
DROP FUNCTION IF EXISTS order_line_on_insert() CASCADE
--;;
DROP FUNCTION IF EXISTS order_line_on_update() CASCADE
--;;
DROP FUNCTION IF EXISTS shop_order_on_write() CASCADE
--;;
DROP FUNCTION IF EXISTS orders_append_only() CASCADE
--;;
DROP FUNCTION IF EXISTS certificate_covers(bigint, bigint, date) CASCADE
--;;
DROP FUNCTION IF EXISTS local_day(timestamptz) CASCADE
