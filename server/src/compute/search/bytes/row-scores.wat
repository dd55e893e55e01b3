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
    (i32.shr_u (i32.sub (local.get $next) (local.get $target)) (i32.const 3)))

  ;; The same for four queries, the first 16 values of each, the next 16 of each and so on; `least` is the position of four bounds.
  ;; Of each row with a product above its query's bound writes which it is, and its four products.
  (func (export "aboveFour") (param $row i32) (param $count i32) (param $length i32) (param $queries i32) (param $least i32)
      (param $target i32) (result i32)
    (local $at i32) (local $values i32) (local $end i32) (local $n i32) (local $next i32)
    (local $bytes v128) (local $low v128) (local $high v128) (local $bounds v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $bounds (v128.load (local.get $least)))
    (local.set $next (local.get $target))
    (loop $each
      (local.set $at (local.get $row))
      (local.set $values (local.get $queries))
      (local.set $end (i32.add (local.get $row) (local.get $length)))
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (loop $sixteen
        (local.set $bytes (v128.load (local.get $at)))
        (local.set $low (i16x8.extend_low_i8x16_u (local.get $bytes)))
        (local.set $high (i16x8.extend_high_i8x16_u (local.get $bytes)))
        (local.set $a (i32x4.add (local.get $a) (i32x4.add
          (i32x4.dot_i16x8_s (local.get $low) (v128.load (local.get $values)))
          (i32x4.dot_i16x8_s (local.get $high) (v128.load offset=16 (local.get $values))))))
        (local.set $b (i32x4.add (local.get $b) (i32x4.add
          (i32x4.dot_i16x8_s (local.get $low) (v128.load offset=32 (local.get $values)))
          (i32x4.dot_i16x8_s (local.get $high) (v128.load offset=48 (local.get $values))))))
        (local.set $c (i32x4.add (local.get $c) (i32x4.add
          (i32x4.dot_i16x8_s (local.get $low) (v128.load offset=64 (local.get $values)))
          (i32x4.dot_i16x8_s (local.get $high) (v128.load offset=80 (local.get $values))))))
        (local.set $d (i32x4.add (local.get $d) (i32x4.add
          (i32x4.dot_i16x8_s (local.get $low) (v128.load offset=96 (local.get $values)))
          (i32x4.dot_i16x8_s (local.get $high) (v128.load offset=112 (local.get $values))))))
        (local.set $values (i32.add (local.get $values) (i32.const 128)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $sixteen (i32.lt_u (local.get $at) (local.get $end))))
      ;; The four sums of four lanes each, side by side.
      (local.set $a (i32x4.add
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
      (local.set $c (i32x4.add
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d))
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d))))
      (local.set $a (i32x4.add
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $a) (local.get $c))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $a) (local.get $c))))
      (if (v128.any_true (i32x4.gt_s (local.get $a) (local.get $bounds))) (then
        (i32.store (local.get $next) (local.get $n))
        (v128.store offset=4 (local.get $next) (local.get $a))
        (local.set $next (i32.add (local.get $next) (i32.const 20)))))
      (local.set $row (local.get $end))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $each (i32.lt_u (local.get $n) (local.get $count))))
    (i32.div_u (i32.sub (local.get $next) (local.get $target)) (i32.const 20))))
