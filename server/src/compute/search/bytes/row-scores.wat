;; Scores of many rows in unsigned bytes for one query in whole numbers of 16 bits.
(module
  (memory (export "memory") 1)

  ;; Of `count` rows from `row` on, `length` bytes each, writes to `target` the number and the product of those whose product
  ;; with the query is above `least`; gives how many there are. The query is filled up with zeros to a multiple of 16 values:
  ;; of as many bytes are read from each row, which may be those of the next. There is a row.
  (func (export "above") (param $row i32) (param $count i32) (param $length i32) (param $query i32) (param $least i32)
      (param $target i32) (result i32)
    (local $at i32) (local $values i32) (local $end i32) (local $n i32) (local $next i32) (local $product i32)
    (local $bytes v128) (local $left v128) (local $right v128)
    (local.set $next (local.get $target))
    (loop $each
      (local.set $at (local.get $row))
      (local.set $values (local.get $query))
      (local.set $end (i32.add (local.get $row) (local.get $length)))
      (local.set $left (v128.const i32x4 0 0 0 0))
      (local.set $right (local.get $left))
      (loop $sixteen
        (local.set $bytes (v128.load (local.get $at)))
        (local.set $left (i32x4.add (local.get $left)
          (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_u (local.get $bytes)) (v128.load (local.get $values)))))
        (local.set $right (i32x4.add (local.get $right)
          (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_u (local.get $bytes)) (v128.load offset=16 (local.get $values)))))
        (local.set $values (i32.add (local.get $values) (i32.const 32)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $sixteen (i32.lt_u (local.get $at) (local.get $end))))
      (local.set $left (i32x4.add (local.get $left) (local.get $right)))
      (local.set $product (i32.add
        (i32.add (i32x4.extract_lane 0 (local.get $left)) (i32x4.extract_lane 1 (local.get $left)))
        (i32.add (i32x4.extract_lane 2 (local.get $left)) (i32x4.extract_lane 3 (local.get $left)))))
      (if (i32.gt_s (local.get $product) (local.get $least)) (then
        (i32.store (local.get $next) (local.get $n))
        (i32.store offset=4 (local.get $next) (local.get $product))
        (local.set $next (i32.add (local.get $next) (i32.const 8)))))
      (local.set $row (local.get $end))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $each (i32.lt_u (local.get $n) (local.get $count))))
    (i32.shr_u (i32.sub (local.get $next) (local.get $target)) (i32.const 3))))
