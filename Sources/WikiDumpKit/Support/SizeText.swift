/// A number of bytes as pages show it: `793 bytes`, `10 KB`, `2.0 MB`.
///
/// Units are powers of 1024. KB are rounded down to whole numbers. From MB on there is one decimal place, rounded half to even.
package func sizeText(_ bytes: Int64) -> String {
    if bytes < 1 << 10 { return "\(bytes) bytes" }
    if bytes < 1 << 20 { return "\(bytes >> 10) KB" }
    var (unit, name) = (Int64(1) << 20, "MB")
    for larger in ["GB", "TB"] where bytes >> 10 >= unit { (unit, name) = (unit << 10, larger) }
    let (whole, rest) = bytes.quotientAndRemainder(dividingBy: unit)
    var (tenths, remainder) = (rest * 10).quotientAndRemainder(dividingBy: unit)
    remainder *= 2
    if remainder > unit || (remainder == unit && tenths % 2 == 1) { tenths += 1 }
    return "\(whole + tenths / 10).\(tenths % 10) \(name)"
}
