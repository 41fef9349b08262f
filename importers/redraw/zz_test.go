package redraw
import ("testing";"os";"time";"math/rand/v2";"github.com/paulmach/orb";"fmt";"context")
func TestZZ(t *testing.T){
 r:=rand.New(rand.NewPCG(1,1)); var in Input
 n:=0
 for c:=range 304 { x0,y0:=float64(c%20)*2300,float64(c/20)*2300
  in.Communities=append(in.Communities,Community{Code:fmt.Sprintf("500152%06d",c),Outline:orb.MultiPolygon{rect(x0,y0,2300,2300)},Complex:c%8==0})
  m:=430; urban:=c%8==0; if urban {m=900}
  for range m { n++; b:=Building{ID:int64(n),Households:1+r.IntN(2),Persons:3}
   if urban { b.Outline=rect(x0+r.Float64()*2280,y0+r.Float64()*2280,14,12); b.Households=r.IntN(8)
     if r.IntN(12)==0 { b.Stairwells=[][]int{{}, {}}; for s:=range 2 { for range 20 { b.Stairwells[s]=append(b.Stairwells[s],2)}}; b.Households=80 }
   } else { b.Outline=rect(x0+r.Float64()*2280,y0+r.Float64()*2280,12,9) }
   in.Buildings=append(in.Buildings,b)}
 }
 for i:=range 6000 { x,y:=r.Float64()*46000,r.Float64()*34000; dx,dy:=(r.Float64()-.5)*800,(r.Float64()-.5)*800; b:=Barrier{Kind:[]Kind{River,Arterial,Street,Street}[i%4]}
  for k:=range 8 { b.Line=append(b.Line,orb.Point{originE+x+dx*float64(k)+r.Float64()*20,originN+y+dy*float64(k)+r.Float64()*20})}
  in.Barriers=append(in.Barriers,b)}
 t0:=time.Now(); l,err:=survey(context.Background(),in,2); if err!=nil{t.Fatal(err)}
 t.Log("survey",time.Since(t0),n,len(l.atoms),l.cov.Edges(),l.cov.Faces())
 t0=time.Now(); p:=draw(t,in,Options{Seed:1}); t.Log("all",time.Since(t0)); p.Report.WriteTable(os.Stdout)
}
