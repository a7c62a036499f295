"""The prognosis: what a year will cost, with an honest interval, and the terms it is made of."""
