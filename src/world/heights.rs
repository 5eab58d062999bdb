//! Rasters of heights.

/// A raster of heights in metres, kept whole: four bytes a cell. North is up.
#[derive(Debug, Clone, Default)]
pub struct Heights {
    /// Position of the first cell's outer corner.
    pub corner: [f64; 2],
    /// Steps from one cell to the next, east and (negative) south.
    pub step: [f64; 2],
    /// Columns and rows.
    pub size: [usize; 2],
    /// Row by row, NaN where there is none.
    pub cells: Vec<f32>,
    /// Well-known text of the system that positions are in, where they are not longitude and latitude.
    pub projected: Option<String>,
}

impl Heights {
    /// Columns and rows from the outer corner of the first cell to a position in the raster's own system.
    pub fn place(&self, x: f64, y: f64) -> [f64; 2] {
        [(x - self.corner[0]) / self.step[0], (y - self.corner[1]) / self.step[1]]
    }

    /// The cell that a position lies in; the far edges belong to the last cells.
    pub fn cell_at(&self, x: f64, y: f64) -> Option<[usize; 2]> {
        let index = |v: f64, n: usize| {
            // A position on the far edge, or a hair beyond it by rounding, is in the last cell.
            let at_edge = v >= n as f64 && v <= n as f64 + 1e-6;
            let v = if at_edge { n as f64 - 1.0 } else { v };
            (v >= -1e-6 && v < n as f64).then(|| v.max(0.0).floor() as usize)
        };
        let [column, row] = self.place(x, y);
        Some([index(column, self.size[0])?, index(row, self.size[1])?])
    }

    /// Height of a cell.
    pub fn cell(&self, [column, row]: [usize; 2]) -> Option<f64> {
        let v = self.cells.get(row * self.size[0] + column)?;
        (!v.is_nan()).then_some(f64::from(*v))
    }

    /// The same raster with half as many cells each way: means of what is known of four.
    pub fn halved(&self) -> Heights {
        let [columns, rows] = self.size;
        let size = [columns.div_ceil(2), rows.div_ceil(2)];
        let mut cells = Vec::with_capacity(size[0] * size[1]);
        for row in 0..size[1] {
            for column in 0..size[0] {
                let (mut sum, mut n) = (0.0, 0.0);
                for r in 2 * row..rows.min(2 * row + 2) {
                    for v in &self.cells[r * columns + 2 * column..r * columns + columns.min(2 * column + 2)] {
                        if !v.is_nan() {
                            sum += v;
                            n += 1.0;
                        }
                    }
                }
                cells.push(sum / n);
            }
        }
        Heights {
            corner: self.corner,
            step: self.step.map(|s| 2.0 * s),
            size,
            cells,
            projected: self.projected.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_it_has_means_and_holes_where_all_four_are_holes() {
        let none = f32::NAN;
        let cells = vec![1.0, 3.0, none, none, 7.0, 5.0, 7.0, none, none, 9.0, none, none, 4.0, none, none];
        let h = Heights { corner: [10.0, 42.0], step: [1.0, -1.0], size: [5, 3], cells, projected: None };
        let half = h.halved();
        assert_eq!((half.size, half.step, half.corner), ([3, 2], [2.0, -2.0], [10.0, 42.0]));
        let at = |c, r| half.cell([c, r]);
        assert_eq!([at(0, 0), at(1, 0), at(2, 0)], [Some(4.0), None, Some(8.0)]);
        assert_eq!([at(0, 1), at(1, 1), at(2, 1)], [None, Some(4.0), None]);
    }
}
